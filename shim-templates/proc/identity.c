/* Who the program is: process 1, alone; at first user and group 0. */
#include "abi.h"
#include "credentials.h"
#include "sys.h"
#include "user.h"

long sys_getpid(void) { return 1; }
long sys_getppid(void) { return 0; }
long sys_getuid(void) { return credentials_now()->uid[REAL]; }
long sys_geteuid(void) { return credentials_now()->uid[EFFECTIVE]; }
long sys_getgid(void) { return credentials_now()->gid[REAL]; }
long sys_getegid(void) { return credentials_now()->gid[EFFECTIVE]; }
long sys_getpgrp(void) { return 1; }
long sys_getpgid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }
long sys_getsid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }

long sys_getresuid(u32 *ruid, u32 *euid, u32 *suid) {
    const struct credentials *c = credentials_now();
    *ruid = c->uid[REAL];
    *euid = c->uid[EFFECTIVE];
    *suid = c->uid[SAVED];
    return 0;
}

long sys_getresgid(u32 *rgid, u32 *egid, u32 *sgid) {
    const struct credentials *c = credentials_now();
    *rgid = c->gid[REAL];
    *egid = c->gid[EFFECTIVE];
    *sgid = c->gid[SAVED];
    return 0;
}

long sys_getgroups(int size, uptr list) {
    const struct credentials *c = credentials_now();
    if (size < 0 || (size && (u32)size < c->group_count)) return -EINVAL;
    if (size && user_write(list, c->groups, c->group_count * sizeof c->groups[0])) return -EFAULT;
    return c->group_count;
}
