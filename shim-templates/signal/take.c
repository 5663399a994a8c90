/* Taking pending signals, in Linux's order: faults first, then the lowest number; the thread's
 * own before the process's. */
#include "mem.h"
#include "posix-timer.h"
#include "signal-local.h"

#define FAULTS                                                                                     \
    (signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) | signal_bit(SIGTRAP) |         \
     signal_bit(SIGFPE) | signal_bit(SIGSYS))

static int first_of(u64 set) {
    if (!set) return 0;
    return __builtin_ctzll(set & FAULTS ? set & FAULTS : set) + 1;
}

/* Takes one entry of `signo` off the queue; the bit goes with the last one. */
static void dequeue(struct pending_signals *pending, int signo, struct signal_info *info) {
    struct queued_signal *found = NULL;
    bool more = false;
    list_each(link, &pending->queue) {
        struct queued_signal *entry = CONTAINER(link, struct queued_signal, link);
        if (entry->info.signo != signo) continue;
        more = found != NULL;
        if (more) break;
        found = entry;
    }
    if (!more) __atomic_store_n(&pending->set, pending->set & ~signal_bit(signo), __ATOMIC_SEQ_CST);

    // Without an entry (memory was out) all that is known is that somebody sent it.
    *info = found ? found->info : (struct signal_info){.signo = signo, .code = SI_USER};
    if (!found) return;
    struct posix_timer *timer = found->timer;
    signal_entry_release(found);
    if (timer) posix_timer_taken(timer, info);
}

bool signal_take(u64 set, struct signal_info *info) {
    struct pending_signals *own = &current()->signals.pending;
    struct pending_signals *shared = &process.signals.pending;
    int signo = first_of(own->set & set);
    if (signo) {
        dequeue(own, signo, info);
        return true;
    }
    signo = first_of(shared->set & set);
    if (signo) dequeue(shared, signo, info);
    return signo != 0;
}
