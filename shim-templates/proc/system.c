/* The machine as a program sees it: names, memory, time used, randomness. */
#include "abi.h"
#include "arch/layout.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "random.h"
#include "string.h"
#include "sys.h"
#include "thread.h"
#include "user.h"

/* Go's os and poll packages read the release to learn what they may use: 5.3 for copy_file_range,
 * 5.6 for splice fixes (internal/syscall/unix, KernelVersion). 6.1 is the oldest long-term series
 * all of whose calls that Go probes for by version are answered here as there. */
long sys_uname(struct abi_utsname *buf) {
    format_into(buf->sysname, sizeof buf->sysname, "Linux");
    format_into(buf->nodename, sizeof buf->nodename, "catkernel");
    format_into(buf->release, sizeof buf->release, "6.1.0-catkernel");
    format_into(buf->version, sizeof buf->version, "#1 SMP");
    format_into(buf->machine, sizeof buf->machine, "%s", UTSNAME_MACHINE);
    format_into(buf->domainname, sizeof buf->domainname, "(none)");
    return 0;
}

long sys_sysinfo(struct abi_sysinfo *info) {
    info->uptime = clock_now() / 1000000000;
    info->totalram = pages_total() * PAGE_SIZE;
    info->freeram = pages_free_count() * PAGE_SIZE;
    info->sharedram = pages_used_count(PAGES_FILE) * PAGE_SIZE;
    info->procs = (u16)MIN(process.thread_count, 65535u);
    info->mem_unit = 1;
    return 0;
}

/* The kernel does not tell user time from its own: all of it is called user time. */
static struct abi_timeval timeval_of(u64 ns) {
    return (struct abi_timeval){.tv_sec = ns / 1000000000, .tv_usec = ns % 1000000000 / 1000};
}

long sys_getrusage(int who, struct abi_rusage *usage) {
    if (who != RUSAGE_SELF && who != RUSAGE_THREAD && who != RUSAGE_CHILDREN) return -EINVAL;
    if (who == RUSAGE_CHILDREN) return 0; // there were none
    struct mem_usage memory;
    mem_usage(&memory);
    usage->ru_maxrss = memory.peak_resident / KIB;
    usage->ru_utime = timeval_of(who == RUSAGE_SELF ? process_runtime_ns() : thread_runtime_ns(current()));
    return 0;
}

#define TICK_NS 10000000ul /* USER_HZ 100 */

long sys_times(struct abi_tms *buf) {
    if (buf) buf->tms_utime = process_runtime_ns() / TICK_NS;
    return clock_now() / TICK_NS;
}

long sys_getrandom(struct user_buf buf, u64 buflen, u32 flags) {
    if ((flags & GRND_RANDOM) && (flags & GRND_INSECURE)) return -EINVAL;
    u8 bytes[256];
    u64 done = 0, wanted = MIN(buflen, (u64)INT32_MAX); // Linux's limit for one call
    while (done < wanted) {
        size_t n = MIN(sizeof bytes, wanted - done);
        random_bytes(bytes, n);
        size_t moved = user_write_some(buf.base + done, bytes, n);
        done += moved;
        if (moved < n) return done ? (long)done : -EFAULT;
        // large requests yield to signals; up to 256 bytes always come whole (getrandom(2))
        if (done % PAGE_SIZE == 0 && signal_pending(current())) break;
    }
    memset(bytes, 0, sizeof bytes);
    return (long)done;
}

long sys_prctl_set_name(int option, uptr arg2, uptr arg3, uptr arg4, uptr arg5) {
    char name[16] = {0};
    ssize_t len = user_read_string(name, arg2, sizeof name - 1);
    if (len == -EFAULT) return -EFAULT;
    memcpy(current()->name, name, sizeof name); // longer ones are cut: prctl(2)
    return 0;
}

long sys_prctl_get_name(int option, uptr arg2, uptr arg3, uptr arg4, uptr arg5) {
    return user_write(arg2, current()->name, sizeof current()->name);
}
