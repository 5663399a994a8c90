/* Who the program is: process 1, user 0, alone. */
#include "abi.h"
#include "sys.h"

long sys_getpid(void) { return 1; }
long sys_getppid(void) { return 0; }
long sys_getuid(void) { return 0; }
long sys_geteuid(void) { return 0; }
long sys_getgid(void) { return 0; }
long sys_getegid(void) { return 0; }
long sys_getpgrp(void) { return 1; }
long sys_getgroups(int size, uptr list) { return size < 0 ? -EINVAL : 0; }
long sys_getpgid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }
long sys_getsid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }

/* Becoming somebody else. There is nobody else, and -1 means: as it is. */
static bool same(u32 id) { return id == 0 || id == UINT32_MAX; }

static long become(u32 id) { return id == UINT32_MAX ? -EINVAL : id ? -EPERM : 0; }
long sys_setuid(u32 uid) { return become(uid); }
long sys_setgid(u32 gid) { return become(gid); }
long sys_setreuid(u32 ruid, u32 euid) { return same(ruid) && same(euid) ? 0 : -EPERM; }
long sys_setregid(u32 rgid, u32 egid) { return same(rgid) && same(egid) ? 0 : -EPERM; }
long sys_setresuid(u32 ruid, u32 euid, u32 suid) {
    return same(ruid) && same(euid) && same(suid) ? 0 : -EPERM;
}
long sys_setresgid(u32 rgid, u32 egid, u32 sgid) {
    return same(rgid) && same(egid) && same(sgid) ? 0 : -EPERM;
}
long sys_setgroups(int size, uptr list) { return (u32)size > 65536 ? -EINVAL : size ? -EPERM : 0; }

/* The copies are zeroed before, and 0 is the answer. */
long sys_getresuid(u32 *ruid, u32 *euid, u32 *suid) { return 0; }
long sys_getresgid(u32 *rgid, u32 *egid, u32 *sgid) { return 0; }
