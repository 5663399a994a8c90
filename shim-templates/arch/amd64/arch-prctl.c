/* arch_prctl(2): the FS base, where a program keeps what belongs to one thread. */
#include "arch.h"
#include "sys.h"
#include "thread.h"
#include "user.h"

long sys_arch_prctl_set_fs(int code, uptr addr) { return arch_set_user_tls(current(), addr) ? 0 : -EPERM; }

long sys_arch_prctl_get_fs(int code, uptr addr) {
    u64 base = current()->arch.fs_base;
    return user_write(addr, &base, sizeof base);
}
