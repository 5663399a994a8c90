/* How the program lives on: which calls are not made because nothing could come after them, what is put right after a
 * call, and the handler from which a thread begins anew. */
#include "caller.h"

struct slot *me(void) {
    u32 tid = (u32)call3(NR_gettid, 0, 0, 0);
    for (u32 i = 0; i < SLOTS; i++)
        if (slots[i].tid == tid) return &slots[i];
    return NULL;
}

/* A range that wraps is the kernel's to refuse. */
bool is_vital(u64 start, u64 length) {
    u64 low = ALIGN_DOWN(start, PAGE_SIZE), end = start + length;
    if (end < start) return false;
    return low < (u64)vital_end && end > (u64)vital;
}

/* With an alternate stack around our own, we would be on it for ever: as on Linux, it could not be changed any more. */
static bool is_harmless_stack(const struct slot *s, u64 at) {
    if (at - scratch_of(s) >= SCRATCH_SIZE - sizeof(struct abi_stack_t)) return at - ARENA >= ARENA_SIZE;
    const struct abi_stack_t *stack = (const struct abi_stack_t *)at;
    return stack->ss_sp + stack->ss_size >= stack->ss_sp && !is_vital(stack->ss_sp, stack->ss_size);
}

static bool is_fatal(u64 signo) { return (u32)signo == SIGKILL; }

/* By the call's number alone: random numbers pass here, too. */
bool is_allowed(struct slot *s, long nr, const u64 *a) {
    bool may_die = (profile & WITH_DEATH) && one_in(s, 64);
    if (may_die) return true;
    if (nr == NR_munmap || nr == NR_mprotect || nr == NR_madvise) return !is_vital(a[0], a[1]);
    if (nr == NR_mmap) return !((a[3] & MAP_FIXED) && is_vital(a[0], a[1]));
    if (nr == NR_mremap) return !is_vital(a[0], a[1]) && !is_vital(a[0], 1) && !((a[3] & 2) && is_vital(a[4], a[2]));
    if (nr == NR_exit) return one_in(s, 64);
    if (nr == NR_exit_group || nr == NR_rt_sigreturn) return false;
    if (nr == NR_kill || nr == NR_tkill || nr == NR_pidfd_send_signal) return !is_fatal(a[1]);
    if (nr == NR_tgkill) return !is_fatal(a[2]);
    if (nr == NR_close) return (u32)a[0] != CONSOLE;
    if (nr == NR_dup3 || nr == NR_dup2) return (u32)a[1] != CONSOLE;
    if (nr == NR_close_range) return (u32)a[0] > CONSOLE || (u32)a[1] < CONSOLE;
    if (nr == NR_prlimit64) return a[2] == 0;
    if (nr == NR_setrlimit) return false;
    if (nr == NR_rt_sigaction) {
        u32 signo = (u32)a[0];
        bool is_fault = signo == SIGSEGV || signo == SIGBUS || signo == SIGILL || signo == SIGTRAP || signo == SIGFPE;
        return a[1] == 0 || (!is_fault && signo != SIGUSR1);
    }
    if (nr == NR_sigaltstack) return is_harmless_stack(s, a[0]);
    if (nr == NR_clone || nr == NR_clone3) return (profile & WITH_THREADS) || one_in(s, 16);
    return true;
}

static void install_handler(int signo) {
    struct abi_sigaction action = {0};
    action.sa_handler = (uptr)signal_entry;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    SET_RESTORER(action);
    call(NR_rt_sigaction, (u64)signo, (u64)&action, 0, 8, 0, 0);
}

void install_handlers(void) {
    for (int signo = 1; signo <= SIGNALS; signo++) install_handler(signo);
}

static void set_mask(u64 mask) { call(NR_rt_sigprocmask, SIG_SETMASK, (u64)&mask, 0, 8, 0, 0); }

static void set_altstack(struct slot *s) {
    struct abi_stack_t stack = {.ss_sp = (uptr)altstacks[s - slots], .ss_size = STACK_SIZE};
    call3(NR_sigaltstack, (u64)&stack, 0, 0);
}

/* What the next fault needs. */
void repair_after(struct slot *s, long nr, const u64 *a) {
    if (nr == NR_rt_sigprocmask) set_mask(0);
    if (nr == NR_sigaltstack) set_altstack(s);
    if (nr == NR_rt_sigaction && a[0] - 1 < SIGNALS) install_handler((int)a[0]);
}

void prepare_thread(struct slot *s) {
    set_mask(0);
    set_altstack(s);
    call(NR_mmap, scratch_of(s), SCRATCH_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, (u64)-1, 0);
}

void handle(int signo, struct abi_siginfo *info, struct abi_ucontext *context) {
    struct slot *s = me();
    bool is_fault = signo == SIGSEGV || signo == SIGBUS || signo == SIGILL || signo == SIGFPE || signo == SIGTRAP || signo == SIGSYS;
    bool is_sent = info->si_code <= 0;
    uptr pc = CONTEXT_PC(context);
    bool is_own_code = pc >= (uptr)text_start && pc < (uptr)text_end;
    if (!s) {
        if (is_fault && !is_sent) call3(NR_exit, 0, 0, 0);
        return;
    }
    s->signals++;
    if (s == slots && (profile & WITH_LOOK)) {
        look_at("frame", (void *)MIN((uptr)info, (uptr)context), FRAME_SIZE);
        if (is_fault && !is_sent) CONTEXT_PC(context) += FAULTING_SIZE;
        return;
    }
    if (s == slots) {
        if (is_fault && !is_sent) fail("the first thread faulted", pc, (u64)signo);
        return;
    }
    if (signo == SIGUSR2 && s->forging) {
        s->forging = 0;
        change_frame(s, context, MIN((uptr)info, (uptr)context));
        return;
    }
    if (is_own_code && (!is_fault || is_sent)) return;
    s->faults++;
    CONTEXT_PC(context) = (uptr)begin_anew;
    CONTEXT_SP(context) = (uptr)stacks[s - slots + 1] - 8;
    CONTEXT_CLEAN(context);
    context->uc_sigmask = 0;
}
