/* Masks: which signals a thread does not take now. */
#include "signal-local.h"
#include "sys.h"
#include "user.h"

void signal_set_blocked(u64 mask) {
    struct thread *t = current();
    signals_lock();
    u64 newly = mask & ~t->signals.blocked;
    t->signals.blocked = mask & ~UNBLOCKABLE;
    signals_unlock();
    // This thread may have been told of one of these, and does not take it now.
    signals_retarget(newly);
}

void signal_mask_set_temporary(u64 mask) {
    struct thread_signals *s = &current()->signals;
    s->saved_blocked = s->blocked;
    s->restore_saved = true;
    signal_set_blocked(mask);
}

void signal_mask_restore(i64 result) {
    struct thread_signals *s = &current()->signals;
    // Interrupted: the handler runs with the temporary mask, and its frame restores the old one.
    bool interrupted = result == -EINTR || result == -ERESTARTSYS || result == -ERESTARTNOHAND;
    if (!s->restore_saved || interrupted) return;
    s->restore_saved = false;
    signal_set_blocked(s->saved_blocked);
}

long sys_rt_sigprocmask(int how, const u64 *set, u64 *oldset, u64 sigsetsize) {
    struct thread_signals *s = &current()->signals;
    if (oldset) *oldset = s->blocked;
    if (!set) return 0;
    switch (how) {
    case SIG_BLOCK: signal_set_blocked(s->blocked | *set); return 0;
    case SIG_UNBLOCK: signal_set_blocked(s->blocked & ~*set); return 0;
    case SIG_SETMASK: signal_set_blocked(*set); return 0;
    default: return -EINVAL;
    }
}

/* As on Linux, a caller with fewer signals gets the first of them. */
long sys_rt_sigpending(uptr set, u64 sigsetsize) {
    struct thread *t = current();
    if (sigsetsize > sizeof(u64)) return -EINVAL;
    u64 pending = pending_set(t) & t->signals.blocked;
    return user_write(set, &pending, sigsetsize);
}

static long wait_for_handler(void) {
    while (!signal_pending(current())) wait_sleep(FOREVER);
    return -ERESTARTNOHAND;
}

long sys_rt_sigsuspend(const u64 *mask, u64 sigsetsize) {
    signal_mask_set_temporary(*mask);
    return wait_for_handler();
}

long sys_pause(void) { return wait_for_handler(); }
