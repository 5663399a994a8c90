/* Permission bits: path_resolution(7), inode(7). User 0 may do everything with files; that
 * execution needs a bit even then is faccessat's own matter (stat.c), as nothing is executed. */
#include "permission.h"

static bool in_group(const struct credentials *c, enum identity who, u32 gid) {
    if (c->gid[who] == gid) return true;
    for (u32 i = 0; i < c->group_count; i++)
        if (c->groups[i] == gid) return true;
    return false;
}

static int check_as(const struct inode *inode, u32 access, enum identity who) {
    const struct credentials *c = credentials_now();
    u32 uid = c->uid[who];
    if (uid == 0) return 0;
    u32 shift = uid == inode->uid ? 6 : in_group(c, who, inode->gid) ? 3 : 0;
    return access & ~(inode->mode >> shift) ? -EACCES : 0;
}

bool permission_in_group(u32 gid) { return in_group(credentials_now(), FILES, gid); }

int permission_check(const struct inode *inode, u32 access) {
    return check_as(inode, access, FILES);
}

int permission_check_real(const struct inode *inode, u32 access) {
    return check_as(inode, access, REAL);
}

int permission_of_owner(const struct inode *inode) {
    u32 uid = credentials_now()->uid[FILES];
    return uid == 0 || uid == inode->uid ? 0 : -EPERM;
}

int permission_to_remove(const struct inode *dir, const struct inode *inode) {
    int error = permission_check(dir, MAY_WRITE | MAY_SEARCH);
    if (error || !(dir->mode & S_ISVTX)) return error;
    return permission_of_owner(inode) ? permission_of_owner(dir) : 0;
}
