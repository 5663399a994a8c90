/* The alternate signal stack of a thread: sigaltstack(2). */
#include "signal-local.h"
#include "sys.h"

bool on_altstack(const struct thread *t, uptr sp) {
    const struct thread_signals *s = &t->signals;
    // With SS_AUTODISARM the kernel forgets it on entry, so nobody is ever "on" it.
    if (s->altstack_flags & SS_AUTODISARM) return false;
    return sp > s->altstack && sp - s->altstack <= s->altstack_size;
}

static int flags_shown(const struct thread *t, uptr sp) {
    if (!t->signals.altstack_size) return SS_DISABLE;
    return on_altstack(t, sp) ? SS_ONSTACK : 0;
}

long altstack_set(struct thread *t, const struct abi_stack_t *to, uptr sp, bool check_size) {
    struct thread_signals *s = &t->signals;
    if (on_altstack(t, sp)) return -EPERM;
    u32 mode = (u32)to->ss_flags & ~SS_AUTODISARM;
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0) return -EINVAL;
    if (mode == SS_DISABLE) {
        s->altstack = s->altstack_size = 0;
    } else {
        if (check_size && to->ss_size < MINSIGSTKSZ) return -ENOMEM;
        s->altstack = to->ss_sp;
        s->altstack_size = to->ss_size;
    }
    s->altstack_flags = (u32)to->ss_flags;
    return 0;
}

long sys_sigaltstack(const struct abi_stack_t *ss, struct abi_stack_t *old_ss) {
    struct thread *t = current();
    uptr sp = regs_sp(t->regs);
    if (old_ss) {
        old_ss->ss_sp = t->signals.altstack;
        old_ss->ss_size = t->signals.altstack_size;
        old_ss->ss_flags = flags_shown(t, sp) | (int)(t->signals.altstack_flags & SS_AUTODISARM);
    }
    return ss ? altstack_set(t, ss, sp, true) : 0;
}
