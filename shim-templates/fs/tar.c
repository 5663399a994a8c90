/* rootfs.tar, used where it lies: names, link texts and contents stay in the archive; only
 * inodes and entries are made. What the program changes is then like anything else in the tree
 * (regular.h).
 *
 * Entries that cannot be are left out: paths with `..`, hard links to nothing, a file where a
 * directory with contents is. So are devices and fifos: the kernel has its own /dev. */
#include "tar.h"
#include "log.h"
#include "mem.h"
#include "regular.h"
#include "string.h"
#include "symlink.h"
#include "tar-header.h"
#include "walk.h"

static NORETURN void no_memory(void) {
    refuse_to_boot(
        "No memory is left to list the files of the rootfs.tar. Give the machine more memory.");
}

static bool is_dotdot(struct slice s) { return s.len == 2 && s.at[0] == '.' && s.at[1] == '.'; }

/* Takes the first component off the path. Empty ones and dots are passed over; len 0 at the end. */
static struct slice next_component(struct slice *path) {
    for (;;) {
        while (path->len && *path->at == '/') path->at++, path->len--;
        struct slice c = {.at = path->at, .len = 0};
        while (c.len < path->len && c.at[c.len] != '/') c.len++;
        path->at += c.len;
        path->len -= c.len;
        if (!(c.len == 1 && c.at[0] == '.')) return c;
    }
}

/* The directory behind a symbolic link in `dir`, or NULL. */
static struct directory *through_link(struct directory *dir, struct inode *link) {
    char path[PATH_LIMIT / 8], text[PATH_LIMIT / 8];
    ssize_t len = inode_path(&dir->inode, path, sizeof path);
    ssize_t more = link->ops->readlink(link, text, sizeof text - 1);
    if (len < 0 || more <= 0 || (size_t)(len + more) + 2 > sizeof path) return NULL;
    if (text[0] == '/') len = 0;
    else path[len++] = '/';
    memcpy(path + len, text, (size_t)more);
    path[len + more] = 0;
    struct inode *inode = files_lookup_inode(path);
    bool fits = inode && is_directory(inode);
    inode_put(inode); // the tree keeps it: nothing is removed while it is built
    return fits ? directory_of(inode) : NULL;
}

static bool add(struct directory *dir, struct slice name, struct inode *inode) {
    if (!inode || !entry_add(dir, name.at, name.len, inode, true)) no_memory();
    if (is_directory(inode)) dir->inode.links++;
    inode_put(inode);
    return true;
}

static struct directory *make_directory(struct directory *dir, struct slice name) {
    struct directory *made = directory_new(0755, FS_ROOT, dir);
    add(dir, name, made ? &made->inode : NULL);
    return made;
}

static struct directory *enter(struct directory *dir, struct slice name) {
    struct entry *e = entry_find(dir, name.at, name.len);
    if (!e) return make_directory(dir, name);
    if (inode_is(e->inode, S_IFLNK)) return through_link(dir, e->inode);
    return is_directory(e->inode) ? directory_of(e->inode) : NULL;
}

/* Goes down to the last component of the path, making what is missing. NULL: it cannot be. */
static struct directory *descend(struct directory *dir, struct slice path, struct slice *last) {
    struct slice c = next_component(&path);
    *last = c;
    while (dir && c.len) {
        if (is_dotdot(c) || c.len > NAME_LIMIT) return NULL;
        struct slice next = next_component(&path);
        *last = c;
        if (!next.len) break;
        dir = enter(dir, c);
        c = next;
    }
    return dir;
}

static struct inode *make_inode(const struct tar_entry *e) {
    if (e->type == TAR_FILE) return regular_new_on(e->mode, FS_ROOT, e->data, e->size);
    return symlink_new(e->target.at, e->target.len, FS_ROOT, true);
}

static void set_attributes(struct inode *inode, const struct tar_entry *e) {
    if (!inode_is(inode, S_IFLNK)) inode->mode = (inode->mode & S_IFMT) | e->mode;
    inode->uid = e->uid;
    inode->gid = e->gid;
    inode->atime_ns = inode->mtime_ns = inode->ctime_ns = e->mtime_ns;
}

/* A later entry of the same name takes the earlier one's place. */
static bool clear_name(struct directory *dir, struct slice name) {
    struct entry *e = entry_find(dir, name.at, name.len);
    if (!e) return true;
    if (is_directory(e->inode)) return false;
    struct inode *gone = entry_remove(e);
    gone->links--;
    inode_put(gone);
    return true;
}

static void add_hard_link(struct directory *dir, struct slice name, const struct tar_entry *e) {
    struct slice last;
    struct directory *from = descend(tree_root, e->target, &last);
    struct entry *target = from && last.len ? entry_find(from, last.at, last.len) : NULL;
    if (!target || is_directory(target->inode)) return;
    struct entry *old = entry_find(dir, name.at, name.len);
    if (old && old->inode == target->inode) return;
    if (!clear_name(dir, name)) return;
    target->inode->links++;
    add(dir, name, inode_get(target->inode));
}

static void add_entry(const struct tar_entry *e) {
    struct slice last;
    struct directory *dir = tree_root;
    if (e->prefix.len) {
        dir = descend(dir, e->prefix, &last);
        if (dir && last.len) dir = enter(dir, last);
    }
    if (dir) dir = descend(dir, e->name, &last);
    if (!dir) return;
    if (e->type == TAR_DIRECTORY) {
        struct directory *made = last.len ? enter(dir, last) : dir;
        if (made) set_attributes(&made->inode, e);
        return;
    }
    if (!last.len) return;
    if (e->type == TAR_HARD_LINK) {
        add_hard_link(dir, last, e);
    } else if ((e->type == TAR_FILE || e->type == TAR_SYMLINK) && clear_name(dir, last)) {
        struct inode *inode = make_inode(e);
        if (inode) set_attributes(inode, e);
        add(dir, last, inode);
    }
}

void tar_mount(const void *archive, u64 size) {
    struct tar_reader reader = {.at = archive, .end = (const u8 *)archive + size};
    struct tar_entry e;
    while (tar_next(&reader, &e)) add_entry(&e);
    if (reader.problem)
        refuse_to_boot("The root archive cannot be used: at byte %lu %s.", (u64)(reader.at - (const u8 *)archive), reader.problem);
}
