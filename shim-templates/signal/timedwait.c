/* rt_sigtimedwait: taking a signal without a handler. */
#include "signal-local.h"
#include "sys.h"
#include "timespec.h"

static bool take(u64 set, u64 awaited, struct signal_info *info) {
    signals_lock();
    bool found = signal_take(set, info);
    // Under the same lock: who sends after a failed look sees that the signal is awaited.
    current()->signals.awaited = found ? 0 : awaited;
    signals_unlock();
    return found;
}

long sys_rt_sigtimedwait(const u64 *set, struct abi_siginfo *info,
                         const struct abi_timespec *timeout, u64 sigsetsize) {
    if (timeout && !timespec_valid(timeout)) return -EINVAL;
    u64 deadline = timeout ? deadline_after(timespec_to_ns(timeout)) : FOREVER;
    u64 wanted = *set & ~UNBLOCKABLE;
    struct signal_info taken;
    int result = 0;
    while (!take(wanted, wanted, &taken)) {
        if (result == -ETIMEDOUT) result = -EAGAIN;
        if (result) {
            // One that came just now is taken all the same.
            if (take(wanted, 0, &taken)) break;
            return result;
        }
        result = wait_sleep(deadline);
    }
    if (info) signal_fill_siginfo(info, &taken);
    return taken.signo;
}
