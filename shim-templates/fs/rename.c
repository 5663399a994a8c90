/* rename(2) with RENAME_NOREPLACE and RENAME_EXCHANGE: two names change at once, under the
 * tree's lock. */
#include "names.h"
#include "permission.h"
#include "sys.h"

struct move {
    struct place from, to;
    struct directory *from_dir, *to_dir;
    struct entry *old, *new; /* `new` is NULL when the target is free */
    u32 flags;
};

static bool is_mount(const struct entry *e) { return e->inode->fs != e->parent->inode.fs; }

static int check_kinds(const struct move *m) {
    bool old_is_dir = is_directory(m->old->inode);
    bool exchange = m->flags & RENAME_EXCHANGE;
    if (!old_is_dir && (m->from.slash || (!exchange && m->to.slash))) return -ENOTDIR;
    if (exchange && m->to.slash && !is_directory(m->new->inode)) return -ENOTDIR;
    if (is_mount(m->old) || (m->new && is_mount(m->new))) return -EBUSY;
    // a directory cannot go below itself
    if (old_is_dir && directory_is_below(m->to_dir, directory_of(m->old->inode))) return -EINVAL;
    if (!m->new) return 0;
    bool new_is_dir = is_directory(m->new->inode);
    if (new_is_dir && directory_is_below(m->from_dir, directory_of(m->new->inode)))
        return exchange ? -EINVAL : -ENOTEMPTY;
    if (exchange || m->old->inode == m->new->inode) return 0;
    if (new_is_dir && !old_is_dir) return -EISDIR;
    if (!new_is_dir && old_is_dir) return -ENOTDIR;
    return new_is_dir && directory_of(m->new->inode)->count ? -ENOTEMPTY : 0;
}

/* A name goes, one comes or goes too; and `..` of a directory that moves is changed in it. */
static int check_permission(const struct move *m) {
    struct inode *from = &m->from_dir->inode, *to = &m->to_dir->inode;
    bool moves = from != to;
    int error = may_remove(from, m->old->inode);
    if (!error) error = m->new ? may_remove(to, m->new->inode) : may(to, MAY_WRITE | MAY_SEARCH);
    if (!error && moves && is_directory(m->old->inode)) error = may(m->old->inode, MAY_WRITE);
    bool back = moves && (m->flags & RENAME_EXCHANGE) && is_directory(m->new->inode);
    return !error && back ? may(m->new->inode, MAY_WRITE) : error;
}

static int check(struct move *m) {
    if (place_is_long(&m->from)) return -ENAMETOOLONG;
    if (!m->old) return place_without_entry(&m->from);
    if (place_is_long(&m->to)) return -ENAMETOOLONG; // later than a missing name: names are looked up one by one
    if (m->new && (m->flags & RENAME_NOREPLACE)) return -EEXIST;
    if (!m->new && (m->flags & RENAME_EXCHANGE)) return -ENOENT;
    if (m->from_dir->sealed || m->to_dir->sealed) return -EROFS;
    if (m->to_dir->dead) return -ENOENT;
    int error = check_kinds(m);
    return error ? error : check_permission(m);
}

/* A directory came to another parent: `..` and the link counts follow. */
static void moved(struct inode *inode, struct directory *from, struct directory *to) {
    inode->ctime_ns = time_now();
    if (!is_directory(inode) || from == to) return;
    from->inode.links--;
    to->inode.links++;
    directory_set_parent(directory_of(inode), to);
}

static void exchange(struct move *m) {
    struct inode *a = m->old->inode, *b = m->new->inode;
    m->old->inode = b;
    m->new->inode = a;
    b->entry = m->old;
    a->entry = m->new;
    moved(a, m->from_dir, m->to_dir);
    moved(b, m->to_dir, m->from_dir);
}

/* `gone` gets the two inodes whose references are to be dropped after the lock. */
static int perform(struct move *m, struct inode *gone[2]) {
    struct inode *inode = m->old->inode;
    if (m->new && m->new->inode == inode)
        return 0; // two links to one file: nothing happens, rename(2)
    if (m->flags & RENAME_EXCHANGE) {
        exchange(m);
    } else {
        if (m->new) {
            gone[0] = entry_replace(m->new, inode);
            bool was_dir = is_directory(gone[0]);
            gone[0]->links -= was_dir ? 2 : 1;
            gone[0]->ctime_ns = time_now();
            if (was_dir) {
                directory_of(gone[0])->dead = true;
                m->to_dir->inode.links--;
            }
        } else if (!entry_add(m->to_dir, m->to.name, m->to.len, inode, false)) {
            return -ENOSPC;
        }
        gone[1] = entry_remove(m->old);
        moved(inode, m->from_dir, m->to_dir);
    }
    directory_changed(m->from_dir);
    directory_changed(m->to_dir);
    return 0;
}

static int rename_places(struct move *m, struct inode *gone[2]) {
    if (m->from.kind != LAST_NAME) return -EBUSY;
    if (m->to.kind != LAST_NAME) return m->flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
    if (m->from.dir->fs != m->to.dir->fs) return -EXDEV;
    m->from_dir = directory_of(m->from.dir);
    m->to_dir = directory_of(m->to.dir);
    spin_lock(&tree_lock);
    m->old = entry_find(m->from_dir, m->from.name, m->from.len);
    m->new = entry_find(m->to_dir, m->to.name, m->to.len);
    int error = check(m);
    if (!error) error = perform(m, gone);
    spin_unlock(&tree_lock);
    return error;
}

long sys_renameat2(int from_fd, const char *from, int to_fd, const char *to, u32 flags) {
    if (flags == (RENAME_NOREPLACE | RENAME_EXCHANGE)) return -EINVAL;
    struct move m = {.flags = flags};
    int error = walk(from_fd, from, WALK_PARENT | WALK_LONG, &m.from);
    if (error) return error;
    error = walk(to_fd, to, WALK_PARENT | WALK_LONG, &m.to);
    if (!error) {
        struct inode *gone[2] = {NULL, NULL};
        error = rename_places(&m, gone);
        inode_put(gone[0]);
        inode_put(gone[1]);
        place_put(&m.to);
    }
    place_put(&m.from);
    return error;
}

long sys_renameat(int from_fd, const char *from, int to_fd, const char *to) {
    return sys_renameat2(from_fd, from, to_fd, to, 0);
}

long sys_rename(const char *from, const char *to) {
    return sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}
