/* rt_sigaction: what a signal does, for the whole process. */
#include "arch/sigaction.h"
#include "signal-local.h"
#include "sys.h"

static void describe(int signum, struct abi_sigaction *out) {
    struct signal_action *a = &process.signals.actions[signum];
    out->sa_handler = a->handler;
    out->sa_flags = a->flags;
    out->sa_mask = a->mask;
    sigaction_set_restorer(out, a->restorer);
}

/* What is ignored from now on is forgotten even where it waits, blocked or not (sigaction(2)). */
static void forget(int signum) {
    pending_discard(&process.signals.pending, signal_bit(signum));
    list_each(link, &process.threads) {
        struct thread *t = CONTAINER(link, struct thread, all_link);
        pending_discard(&t->signals.pending, signal_bit(signum));
    }
}

long sys_rt_sigaction(int signum, const struct abi_sigaction *act, struct abi_sigaction *oldact,
                      u64 sigsetsize) {
    if (signum < 1 || signum > SIGNAL_COUNT) return -EINVAL;
    if (act && signal_bit(signum) & UNBLOCKABLE) return -EINVAL;

    spin_lock(&process.lock);
    signals_lock();
    if (oldact) describe(signum, oldact);
    if (act) {
        process.signals.actions[signum] = (struct signal_action){
            .handler = act->sa_handler,
            // Linux clears what it does not know, so that programs can find out (sigaction(2)).
            .flags = act->sa_flags & SIGACTION_FLAGS,
            .mask = act->sa_mask & ~UNBLOCKABLE,
            .restorer = sigaction_restorer(act),
        };
        if (signal_ignored(signum)) forget(signum);
    }
    signals_unlock();
    spin_unlock(&process.lock);
    return 0;
}
