/* Signals. signal/ */
#pragma once
#include "list.h"
#include "lock.h"
#include "wait.h"
#include "abi.h"

struct thread;
struct regs;
struct posix_timer;

#define SIGNAL_COUNT 64
static inline u64 signal_bit(int signo) { return 1ull << (signo - 1); }

/* A body's answer, never seen by the program: interrupted, to be repeated only if no handler
 * runs. */
#define ERESTARTNOHAND 514

/* What a handler is told. Linux keeps a queue for real-time signals; so do we, bounded. */
struct signal_info {
    int signo, code; /* SI_USER, SI_TKILL, SEGV_MAPERR, ... */
    int pid;         /* sender, or timer id */
    u64 value;       /* fault address, or sigev_value */
    int overrun;     /* SI_TIMER: periods that passed while the signal waited */
};

struct pending_signals {
    u64 set;
    struct list queue; /* of struct queued_signal; standard signals at most once */
};

struct thread_signals {
    u64 blocked;
    u64 saved_blocked; /* mask to restore after sigsuspend / epoll_pwait */
    union {
        struct {
            bool restore_saved;
            bool is_forced;
            u8 restart; /* enum restart */
        };
        u32 special; /* all three: 0 if none */
    };
    u64 awaited;       /* set of the rt_sigtimedwait in progress */
    struct pending_signals pending; /* LOCK_SIGNAL */
    struct signal_info forced;      /* if is_forced: a fault to be delivered before all others */
    uptr altstack;
    u64 altstack_size;
    u32 altstack_flags; /* SS_DISABLE, SS_AUTODISARM; SS_ONSTACK is computed */
};

struct signal_action {
    uptr handler; /* SIG_DFL 0, SIG_IGN 1 */
    u64 flags, mask;
    uptr restorer;
};

struct process_signals {
    struct signal_action actions[SIGNAL_COUNT + 1];
    struct pending_signals pending;
    struct spinlock lock; /* LOCK_SIGNAL: all pending sets, masks and actions */
};

struct abi_siginfo;
/* What a handler, or rt_sigtimedwait, is told about a signal. signal/siginfo.c */
void signal_fill_siginfo(struct abi_siginfo *out, const struct signal_info *info);

/* What arch_signal_push() writes. */
struct signal_delivery {
    struct signal_info info;
    struct signal_action action;
    u64 blocked;        /* goes into uc_sigmask */
    uptr altstack;      /* goes into uc_stack */
    u64 altstack_size;
    u32 altstack_flags;
};

void signals_init(void);
void thread_signals_init(struct thread_signals *s);
void thread_signals_free(struct thread_signals *s);
/* The running thread ends, and is off the list: what it would have taken goes to others. */
void signals_leave(struct thread *t);
/* To one thread: the running one, or one kept alive by LOCK_PROCESS. No lock below
 * LOCK_FILEPAGES held. */
int signal_send_thread(struct thread *t, const struct signal_info *info);
/* To whichever thread does not block it. No lock at all held. */
int signal_send_process(const struct signal_info *info);
/* A fault of the running thread: delivered at once, or death if blocked or ignored. */
void signal_force(const struct signal_info *info);
/* From return_to_user(): delivers all that is deliverable into regs; may end the process.
 * Also turns -ERESTARTSYS in the result into a restart or -EINTR. */
void signal_deliver(struct regs *regs);

/* The `sigmask` of ppoll, pselect6, epoll_pwait: `set` before waiting; `restore` with the
 * result, which keeps the mask until the handler is entered if the wait was interrupted. */
void signal_mask_set_temporary(u64 mask);
void signal_mask_restore(i64 result);

/* Changes the mask of the running thread; what it no longer takes goes to a thread that does. */
void signal_set_blocked(u64 mask);

/* --- inside signal/ and time/
 * ------------------------------------------------------------------------- */
const char *signal_name(int signo, char buffer[16]);
enum signal_default { DEFAULT_TERMINATE, DEFAULT_IGNORE, DEFAULT_STOP };
enum signal_default signal_default_of(int signo);
/* Takes the next signal out of `set` for the running thread. LOCK_SIGNAL held. */
bool signal_take(u64 set, struct signal_info *info);
/* A signal of a posix timer: one entry per timer, its own. LOCK_PROCESS and LOCK_SIGNAL held.
 * Returns false if the signal is ignored now and nothing was queued. */
struct queued_signal {
    struct list link;
    struct signal_info info;
    struct pending_signals *in; /* whose queue it is on */
    struct posix_timer *timer;  /* owner of this entry; NULL: from the heap, freed when taken */
};
bool signal_queue_timer(struct queued_signal *entry, struct thread *target);
void signal_post_process(const struct signal_info *info); /* LOCK_PROCESS and LOCK_SIGNAL held */
void signal_unqueue_timer(struct queued_signal *entry); /* LOCK_SIGNAL held */
