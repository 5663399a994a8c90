/* What the running thread may do with a file. fs/permission.c
 *
 * 0, or the errno that Linux gives. In a kernel that knows one user all is allowed. */
#pragma once
#include "credentials.h"
#include "inode.h"

enum access { MAY_SEARCH = 1, MAY_WRITE = 2, MAY_READ = 4 };

int permission_check(const struct inode *inode, u32 access);
int permission_check_real(const struct inode *inode, u32 access);
int permission_of_owner(const struct inode *inode);
int permission_to_remove(const struct inode *dir, const struct inode *inode);
bool permission_in_group(u32 gid);

/* By the permission bits: -EACCES. */
static inline int may(const struct inode *inode, u32 access) {
    return KEEPS_USERS ? permission_check(inode, access) : 0;
}
/* The same for the real user, who is the one that access(2) asks for. */
static inline int may_really(const struct inode *inode, u32 access) {
    return KEEPS_USERS ? permission_check_real(inode, access) : 0;
}
/* What only the owner may change: -EPERM. */
static inline int may_own(const struct inode *inode) {
    return KEEPS_USERS ? permission_of_owner(inode) : 0;
}
/* Taking a name out of a directory: -EACCES, or -EPERM for another's in a sticky one. */
static inline int may_remove(const struct inode *dir, const struct inode *inode) {
    return KEEPS_USERS ? permission_to_remove(dir, inode) : 0;
}
