/* The thread pointer, where a program keeps what belongs to one thread. */
#include "thread.h"
#include "arch/layout.h"
#include "sys.h"
#include "user.h"

long sys_arch_prctl_set_fs(int code, uptr addr) {
    // Linux: an address outside user space is EPERM (arch/x86/kernel/process_64.c,
    // do_arch_prctl_64).
    if (addr >= USER_TOP) return -EPERM;
    arch_set_user_tls(current(), addr);
    return 0;
}

long sys_arch_prctl_get_fs(int code, uptr addr) {
    u64 base = arch_user_tls(current());
    return user_write(addr, &base, sizeof base);
}
