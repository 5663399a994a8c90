/* Sending signals: to one thread, or to the process, that is, to whichever thread will have it.
 *
 * A signal for the process waits in one place, and one thread is told. It is told again if that
 * thread blocks the signal, or ends, before it has taken it. All pending sets, queues, masks and
 * actions are under LOCK_SIGNAL; walking the threads needs LOCK_PROCESS before it. */
#include "mem.h"
#include "signal-local.h"

#define QUEUE_LIMIT 1024 /* entries in all; Linux has RLIMIT_SIGPENDING */

static u32 queued_count;
/* Mostly one signal waits at a time: it needs no heap. NULL while it is on a queue. */
static struct queued_signal spare_entry, *spare = &spare_entry;

void signals_init(void) {
    process.signals.lock = SPINLOCK(LOCK_SIGNAL);
    list_init(&process.signals.pending.queue);
}

void thread_signals_init(struct thread_signals *s) {
    s->altstack_flags = SS_DISABLE;
    list_init(&s->pending.queue);
}

void thread_signals_free(struct thread_signals *s) {
    signals_lock();
    pending_discard(&s->pending, ~0ull);
    signals_unlock();
}

bool signal_ignored(int signo) {
    uptr handler = process.signals.actions[signo].handler;
    return handler == SIG_IGN || (handler == SIG_DFL && signal_default_of(signo) == DEFAULT_IGNORE);
}

void signal_entry_release(struct queued_signal *entry) {
    list_remove(&entry->link);
    if (entry->timer) return;
    queued_count--;
    if (entry == &spare_entry) spare = entry;
    else kfree(entry);
}

void pending_discard(struct pending_signals *pending, u64 set) {
    list_each_safe(link, &pending->queue) {
        struct queued_signal *entry = CONTAINER(link, struct queued_signal, link);
        if (set & signal_bit(entry->info.signo)) signal_entry_release(entry);
    }
    pending->set &= ~set;
}

/* SIGCONT and the stop signals undo each other before either is delivered (signal(7)). */
static void cancel_opposite(int signo, struct thread *t) {
    u64 opposite = signo == SIGCONT                        ? STOP_SIGNALS
                   : signal_bit(signo) & STOP_SIGNALS ? signal_bit(SIGCONT)
                                                           : 0;
    if (!opposite) return;
    pending_discard(&process.signals.pending, opposite);
    if (t) pending_discard(&t->signals.pending, opposite);
}

/* Wakes `t`, or brings it into the kernel, so that it looks at its signals. */
static void notify(struct thread *t, int signo) {
    if (t == current()) return; // it looks before it goes on
    // In rt_sigtimedwait the signal is usually blocked, and wanted all the same.
    if (t->signals.awaited & signal_bit(signo)) sched_wake(t, WAKE_QUEUE);
    else sched_wake(t, 0);
    sched_kick(t);
}

static bool accepts(const struct thread *t, int signo) {
    return ((t->signals.blocked & ~t->signals.awaited) & signal_bit(signo)) == 0;
}

/* Who takes a signal for the process: the running thread if it can, else the first that can.
 * LOCK_PROCESS held. */
static struct thread *choose(int signo) {
    struct thread *t = current();
    if (!thread_is_idle(t) && accepts(t, signo)) return t;
    list_each(link, &process.threads) {
        t = CONTAINER(link, struct thread, all_link);
        if (accepts(t, signo)) return t;
    }
    return NULL;
}

/* NULL: too many, or memory is out. */
static struct queued_signal *take_entry(void) {
    struct queued_signal *entry = spare;
    spare = NULL;
    if (!entry && queued_count < QUEUE_LIMIT) entry = kalloc(sizeof *entry);
    if (entry) queued_count++;
    return entry;
}

static int enqueue(struct pending_signals *pending, const struct signal_info *info) {
    u64 bit = signal_bit(info->signo);
    bool real_time = info->signo >= SIGRTMIN;
    if (!real_time && pending->set & bit) return 0; // once is enough
    struct queued_signal *entry = take_entry();
    if (entry) {
        entry->info = *info;
        list_push_back(&pending->queue, &entry->link);
    } else if (real_time && info->code != SI_USER) {
        return -EAGAIN; // kill() loses the number of times, others are told (sigqueue(3))
    }
    __atomic_store_n(&pending->set, pending->set | bit, __ATOMIC_SEQ_CST);
    return 0;
}

/* `t` NULL: to the process, and LOCK_PROCESS is held. `timer`: the entry to queue instead of a
 * copy. */
static int post(struct thread *t, const struct signal_info *info, struct queued_signal *timer) {
    int signo = info->signo;
    cancel_opposite(signo, t);
    struct thread *target = t ? t : choose(signo);
    // Ignored now. A blocked one waits all the same: it may get a handler before it is unblocked.
    bool wanted = target && target->signals.awaited & signal_bit(signo);
    if (signal_ignored(signo) && target && accepts(target, signo) && !wanted) return -ESRCH;

    struct pending_signals *pending = t ? &t->signals.pending : &process.signals.pending;
    int error = 0;
    if (timer) {
        timer->in = pending;
        list_push_back(&pending->queue, &timer->link);
        __atomic_store_n(&pending->set, pending->set | signal_bit(signo), __ATOMIC_SEQ_CST);
    } else {
        error = enqueue(pending, info);
    }
    if (!error && target && accepts(target, signo)) notify(target, signo);
    return error;
}

static int result(int error) { return error == -ESRCH ? 0 : error; } // ignored is delivered

int signal_send_thread(struct thread *t, const struct signal_info *info) {
    signals_lock();
    int error = post(t, info, NULL);
    signals_unlock();
    return result(error);
}

int signal_send_process(const struct signal_info *info) {
    spin_lock(&process.lock);
    signals_lock();
    int error = post(NULL, info, NULL);
    signals_unlock();
    spin_unlock(&process.lock);
    return result(error);
}

void signal_post_process(const struct signal_info *info) { post(NULL, info, NULL); }

bool signal_queue_timer(struct queued_signal *entry, struct thread *target) {
    if (!list_empty(&entry->link)) return true; // still waiting: it stands for this one too
    return post(target, &entry->info, entry) == 0;
}

void signal_unqueue_timer(struct queued_signal *entry) {
    if (list_empty(&entry->link)) return;
    list_remove(&entry->link);
    list_each(link, &entry->in->queue)
        if (CONTAINER(link, struct queued_signal, link)->info.signo == entry->info.signo) return;
    entry->in->set &= ~signal_bit(entry->info.signo);
}

void signals_find_takers(u64 set) {
    spin_lock(&process.lock);
    signals_lock();
    for (int signo = 1; signo <= SIGNAL_COUNT; signo++) {
        if (!(set & process.signals.pending.set & signal_bit(signo))) continue;
        struct thread *t = choose(signo);
        if (t) notify(t, signo);
    }
    signals_unlock();
    spin_unlock(&process.lock);
}

void signals_leave(struct thread *t) {
    u64 taken = ~t->signals.blocked;
    t->signals.blocked = ~0ull; // it runs, and would be chosen first
    signals_retarget(taken);
}
