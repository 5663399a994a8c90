/* Inside of signal/. */
#pragma once
#include "signal.h"
#include "thread.h"

/* Cannot be blocked, handled or ignored. */
#define UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))
#define STOP_SIGNALS                                                                               \
    (signal_bit(SIGSTOP) | signal_bit(SIGTSTP) | signal_bit(SIGTTIN) | signal_bit(SIGTTOU))

static inline void signals_lock(void) { spin_lock(&process.signals.lock); }
static inline void signals_unlock(void) { spin_unlock(&process.signals.lock); }

bool on_altstack(const struct thread *t, uptr sp);
long altstack_set(struct thread *t, const struct abi_stack_t *to, uptr sp, bool check_size);
/* Removes all entries of the signals in `set` from the queue. LOCK_SIGNAL held. */
void pending_discard(struct pending_signals *pending, u64 set);
/* Takes the entry off its queue and frees it, unless it is a timer's own. LOCK_SIGNAL held. */
void signal_entry_release(struct queued_signal *entry);
/* Finds a thread for each process-wide signal in `set` that waits. No lock held. */
void signals_find_takers(u64 set);
static inline void signals_retarget(u64 set) {
    set &= __atomic_load_n(&process.signals.pending.set, __ATOMIC_SEQ_CST);
    if (unlikely(set)) signals_find_takers(set);
}
/* The signals that would be ignored if sent now. LOCK_SIGNAL held. */
bool signal_ignored(int signo);
