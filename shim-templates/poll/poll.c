/* poll(2) and ppoll(2). */
#include "clock.h"
#include "mem.h"
#include "signal.h"
#include "sys.h"
#include "watch.h"

#define NS_PER_MS 1000000ll

static long poll_files(struct abi_pollfd *fds, u32 count, u64 deadline_ns) {
    if (count > (u32)fd_limit()) return -EINVAL;
    struct watch *watches = kalloc(MAX(count, 1) * sizeof *watches);
    if (!watches) return -ENOMEM;
    for (u32 i = 0; i < count; i++) {
        if (fds[i].fd < 0) continue; // ignored: poll(2)
        watches[i].file = fd_get(fds[i].fd);
        watches[i].wanted = (u16)fds[i].events;
        if (!watches[i].file) watches[i].found = POLLNVAL;
    }
    long result = watch_files(watches, count, deadline_ns);
    for (u32 i = 0; i < count; i++) fds[i].revents = (i16)watches[i].found;
    watch_release(watches, count);
    return result;
}

long sys_poll(struct abi_pollfd *fds, u32 count, int timeout_ms) {
    u64 deadline_ns = timeout_ms < 0 ? FOREVER : clock_now() + (u64)(timeout_ms * NS_PER_MS);
    long result = poll_files(fds, count, deadline_ns);
    return result;
}

long sys_ppoll(struct abi_pollfd *fds, u32 count, struct abi_timespec *timeout, const u64 *mask,
               u64 size) {
    u64 deadline_ns;
    int error = deadline_after(timeout, &deadline_ns);
    if (error) return error;
    if (!sigset_size_ok(mask, size)) return -EINVAL;
    if (mask) signal_mask_set_temporary(*mask);
    long result = poll_files(fds, count, deadline_ns);
    if (mask) signal_mask_restore(result);
    if (timeout) *timeout = time_left(deadline_ns);
    return result;
}
