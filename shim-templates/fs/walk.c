/* Path walking, after path_resolution(7).
 *
 * The tree's lock is taken for one name at a time; between names the walk holds a reference to
 * the directory it is in, so that directories made on demand can take locks of their own.
 * Whoever changes the tree afterwards looks the last name up again under the lock. */
#include "walk.h"
#include "few-files.h"
#include "kept.h"
#include "mem.h"
#include "permission.h"
#include "string.h"

#define LINKS_LIMIT 40u /* as Linux: MAXSYMLINKS */

static struct inode *cwd;

struct inode *cwd_get(void) {
    spin_lock(&tree_lock);
    struct inode *inode = inode_get(cwd);
    spin_unlock(&tree_lock);
    return inode;
}

void cwd_set(struct inode *inode) {
    spin_lock(&tree_lock);
    struct inode *old = cwd;
    cwd = inode_get(inode);
    spin_unlock(&tree_lock);
    inode_put(old);
}

struct inode *directory_lookup(struct inode *dir, const char *name, size_t len) {
    spin_lock(&tree_lock);
    struct entry *e = entry_find(directory_of(dir), name, len);
    struct inode *inode = e ? inode_get(e->inode) : NULL;
    spin_unlock(&tree_lock);
    if (!inode && dir->ops->lookup) inode = dir->ops->lookup(dir, name, len);
    return inode;
}

static struct inode *parent_of(struct inode *dir) {
    spin_lock(&tree_lock);
    struct inode *parent = inode_get(&directory_of(dir)->parent->inode);
    spin_unlock(&tree_lock);
    return parent;
}

static int start_of(int dirfd, const char *path, struct inode **at) {
    if (!*path) return -ENOENT;
    if (*path == '/') {
        *at = inode_get(&tree_root->inode);
        return 0;
    }
    if (dirfd == AT_FDCWD) {
        *at = cwd_get();
        return 0;
    }
    struct file *f = fd_get_any(dirfd);
    if (!f) return -EBADF;
    bool fits = is_directory(f->inode);
    if (fits) *at = inode_get(f->inode);
    file_put(f);
    return fits ? 0 : -ENOTDIR;
}

/* Puts the link's text in front of what is left of the path: LINKS_LIMIT times at most, so that it stays short enough. */
static int splice_link(struct inode *link, const char **path, char **buffer) {
    size_t rest = strlen(*path);
    char *fresh = kalloc(PATH_LIMIT + rest + 1);
    if (!fresh) return -ENOMEM;
    ssize_t len = link->ops->readlink(link, fresh, PATH_LIMIT);
    if (len <= 0) {
        kfree(fresh);
        return len < 0 ? (int)len : -ENOENT;
    }
    memcpy(fresh + len, *path, rest + 1);
    kfree(*buffer);
    *path = *buffer = fresh;
    return 0;
}

/* The walk is over: at `name` in `dir`. Takes both references. */
static int arrive(struct place *p, struct inode *dir, struct inode *inode, enum last_kind kind) {
    p->dir = dir;
    p->inode = inode;
    p->kind = kind;
    return 0;
}

/* One step: `at` is replaced by the next directory, or the place is complete. 1 = go on. */
static int step(struct place *p, struct inode **at, const char **path, u32 flags, u32 *links) {
    while (**path == '/') (*path)++;
    if (!**path) return arrive(p, inode_get(*at), inode_get(*at), LAST_ROOT);
    if (!is_directory(*at)) return -ENOTDIR;
    int denied = may(*at, MAY_SEARCH);
    if (denied) return denied;

    // the next name, and whether anything follows it
    const char *name = *path;
    while (**path && **path != '/') (*path)++;
    size_t len = (size_t)(*path - name);
    const char *rest = *path;
    while (*rest == '/') rest++;
    bool last = !*rest;
    p->name = name;
    p->len = len;
    p->slash = **path == '/';

    bool dot = len == 1 && name[0] == '.', dotdot = len == 2 && name[0] == '.' && name[1] == '.';
    if (dot || dotdot) {
        struct inode *next = dot ? inode_get(*at) : parent_of(*at);
        inode_put(*at);
        *at = next;
        if (!last) return 1;
        return arrive(p, inode_get(next), inode_get(next), dot ? LAST_DOT : LAST_DOTDOT);
    }

    if (last && p->slash && (flags & WALK_CREATE)) return -EISDIR; // no open makes a directory
    if (place_is_long(p) && !(last && (flags & WALK_LONG))) return -ENAMETOOLONG;
    struct inode *child = directory_lookup(*at, name, len);
    if (!child) {
        if (!last || !(flags & (WALK_CREATE | WALK_PARENT))) return -ENOENT;
        return arrive(p, inode_get(*at), NULL, LAST_NAME);
    }
    bool follow = !last || (!(flags & WALK_PARENT) && (p->slash || (flags & WALK_FOLLOW)));
    if (!inode_is(child, S_IFLNK) || !follow) {
        if (last) return arrive(p, inode_get(*at), child, LAST_NAME);
        inode_put(*at);
        *at = child;
        return 1;
    }

    // a symbolic link
    int error = ++*links > LINKS_LIMIT ? -ELOOP : 0;
    struct inode *next = NULL;
    if (!error && child->ops->follow) {
        next = child->ops->follow(child);
        if (!next) error = -ENOENT;
    } else if (!error) {
        error = splice_link(child, path, &p->buffer);
        if (!error) next = **path == '/' ? inode_get(&tree_root->inode) : inode_get(*at);
    }
    bool jumped = child->ops->follow;
    inode_put(child);
    if (error) return error;
    inode_put(*at);
    *at = next;
    if (!jumped || !last) return 1;
    return arrive(p, inode_get(next), inode_get(next), LAST_JUMP);
}

int walk(int dirfd, const char *path, u32 flags, struct place *p) {
    *p = (struct place){0};
    struct inode *at;
    int result = start_of(dirfd, path, &at);
    if (result < 0) return result;
    u32 links = 0;
    do result = step(p, &at, &path, flags, &links);
    while (result > 0);
    inode_put(at);
    if (!result && p->slash && p->inode && !(flags & WALK_PARENT) && !is_directory(p->inode))
        result = -ENOTDIR;
    if (result) place_put(p);
    return result;
}

void place_put(struct place *p) {
    inode_put(p->dir);
    inode_put(p->inode);
    kfree(p->buffer);
    *p = (struct place){0};
}

int inode_at(int dirfd, const char *path, u32 at_flags, struct inode **out) {
    if ((at_flags & AT_EMPTY_PATH) && (!path || !*path)) {
        if (dirfd == AT_FDCWD) {
            *out = cwd_get();
            return 0;
        }
        struct file *f = fd_get_any(dirfd);
        if (!f) return -EBADF;
        *out = inode_get(f->inode);
        file_put(f);
        return 0;
    }
    if (!path) return -EFAULT;
    struct place p;
    int error = walk(dirfd, path, at_flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW, &p);
    if (error) return error;
    *out = inode_get(p.inode);
    place_put(&p);
    return 0;
}

struct inode *files_lookup_inode(const char *path) {
    if (!KEEPS_ANY_PATH) return few_files_find(path);
    struct inode *inode;
    return inode_at(AT_FDCWD, path, 0, &inode) ? NULL : inode;
}
