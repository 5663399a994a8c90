/* Delivery, on the way back to the program: a frame for the handler, or the default action.
 *
 * One frame is pushed at a time; return_to_user() looks again, so several pending signals nest,
 * the last one on top, as on Linux. Only here does an interrupted call learn whether it is
 * repeated. */
#include "log.h"
#include "signal-local.h"

static NORETURN void die(const struct signal_info *info, const struct regs *regs) {
    char buffer[16];
    const char *name = signal_name(info->signo, buffer);
    int tid = current()->tid;
    u64 pc = regs_pc(regs);
    if (info->code > 0 && info->code != SI_KERNEL)
        log_printf("the program was killed by %s (thread %d, pc %#lx, address %#lx)", name, tid, pc,
                   info->value);
    else
        log_printf("the program was killed by %s (thread %d, pc %#lx)", name, tid, pc);
    process_killed(info->signo);
}

/* Differs: on Linux a stop signal stops the process until SIGCONT. Here nobody is left who could
 * send one, so the program goes on, and says so. */
static void refuse_to_stop(int signo) {
    static u64 said;
    char buffer[16];
    if (__atomic_fetch_or(&said, signal_bit(signo), __ATOMIC_RELAXED) & signal_bit(signo)) return;
    log_printf("%s would stop the program for ever, since nothing could continue it: ignored",
               signal_name(signo, buffer));
}

static void default_action(const struct signal_info *info, const struct regs *regs) {
    switch (signal_default_of(info->signo)) {
    case DEFAULT_IGNORE: break;
    case DEFAULT_STOP: refuse_to_stop(info->signo); break;
    case DEFAULT_TERMINATE: die(info, regs);
    }
}

/* The next signal to be acted upon, and what it does. */
static bool next(struct signal_info *info, struct signal_action *action) {
    struct thread_signals *s = &current()->signals;
    signals_lock();
    bool found = s->is_forced;
    if (found) {
        *info = s->forced;
        s->is_forced = false;
    } else {
        found = signal_take(~s->blocked, info);
    }
    if (found) {
        struct signal_action *a = &process.signals.actions[info->signo];
        *action = *a;
        if ((a->flags & SA_RESETHAND) && a->handler != SIG_IGN) a->handler = SIG_DFL;
    }
    signals_unlock();
    return found;
}

void signal_force(const struct signal_info *info) {
    struct thread *t = current();
    signals_lock();
    struct signal_action *a = &process.signals.actions[info->signo];
    // A fault that the program refuses to hear of would happen again for ever: it is fatal instead.
    if (t->signals.blocked & signal_bit(info->signo) || a->handler == SIG_IGN) {
        a->handler = SIG_DFL;
        t->signals.blocked &= ~signal_bit(info->signo);
    }
    t->signals.forced = *info;
    t->signals.is_forced = true;
    signals_unlock();
}

/* No place for the frame: SIGSEGV instead, and the end if that was for SIGSEGV (Linux:
 * force_sigsegv). */
static void force_segv(int failed) {
    if (failed == SIGSEGV) {
        signals_lock();
        process.signals.actions[SIGSEGV].handler = SIG_DFL;
        signals_unlock();
    }
    signal_force(&(struct signal_info){.signo = SIGSEGV, .code = SI_KERNEL});
}

static void settle_restart(struct thread *t, struct regs *regs, bool handler, bool sa_restart) {
    bool again = !handler || (t->signals.restart == RESTART_BY_ACTION && sa_restart);
    if (t->signals.restart != RESTART_NONE && again) regs_restart_syscall(regs);
    else if (t->signals.restart != RESTART_NONE) regs_set_result(regs, (u64)-EINTR);
    t->signals.restart = RESTART_NONE;
}

/* `d` says what and how. */
static void enter_handler(struct regs *regs, struct signal_delivery *d) {
    struct thread *t = current();
    struct thread_signals *s = &t->signals;
    const struct signal_action *action = &d->action;
    int signo = d->info.signo;
    settle_restart(t, regs, true, action->flags & SA_RESTART);

    d->blocked = s->restore_saved ? s->saved_blocked : s->blocked;
    d->altstack = s->altstack;
    d->altstack_size = s->altstack_size;
    d->altstack_flags = s->altstack_flags;
    // Below the red zone of the interrupted code; or from the top of the other stack, if not on it
    // yet.
    uptr sp = regs_sp(regs);
    bool change = (action->flags & SA_ONSTACK) && s->altstack_size && !on_altstack(t, sp);
    sp = change ? s->altstack + s->altstack_size : sp - USER_RED_ZONE;
    if (arch_signal_push(regs, d, sp)) {
        force_segv(signo);
        return;
    }
    if (s->altstack_flags & SS_AUTODISARM) {
        s->altstack = s->altstack_size = 0;
        s->altstack_flags = SS_DISABLE;
    }
    s->restore_saved = false; // the frame has it
    u64 self = action->flags & SA_NODEFER ? 0 : signal_bit(signo);
    signal_set_blocked(s->blocked | action->mask | self);
}

void signal_deliver(struct regs *regs) {
    struct thread *t = current();
    struct signal_delivery d;
    while (next(&d.info, &d.action)) {
        if (d.action.handler == SIG_IGN) continue;
        if (d.action.handler == SIG_DFL) {
            default_action(&d.info, regs);
            continue;
        }
        enter_handler(regs, &d);
        return;
    }
    settle_restart(t, regs, false, false);
    if (t->signals.restore_saved) {
        t->signals.restore_saved = false;
        signal_set_blocked(t->signals.saved_blocked);
    }
}

long sys_rt_sigreturn(void) {
    struct thread *t = current();
    u64 mask;
    struct abi_stack_t altstack;
    // Afterwards the registers are no longer those of a call: see kernel_syscall().
    if (arch_signal_pop(t->regs, &mask, &altstack)) {
        force_segv(0);
        return 0;
    }
    signal_set_blocked(mask);
    // Linux, too, ignores what does not fit here: the program may have changed it
    // (restore_altstack).
    altstack_set(t, &altstack, regs_sp(t->regs), false);
    return 0;
}
