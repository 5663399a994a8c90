/* Signal frames: what the program's handler finds on its stack, and the way back from it.
 *
 *   high   abi_rt_sigframe: ucontext with all registers, F and D among them
 *                           siginfo
 *   low    <- sp in the handler, a multiple of 16
 *
 * The layout is Linux's (arch/riscv/include/uapi/asm/sigcontext.h, kernel/signal.c); debuggers and runtimes
 * read it and change it. The handler returns to the vDSO. Registers that it gets no argument in keep their
 * values: Go finds its g in s11. On the way back nothing in the frame is trusted. */
#include "abi.h"
#include "arch.h"
#include "clock.h"
#include "signal.h"
#include "string.h"
#include "thread.h"
#include "user.h"
#include "vector.h"

_Static_assert(offsetof(struct regs, status) == sizeof(struct abi_user_regs_struct), "copied as a whole");
#define FIRST_EXTENSION_WORD 64 /* of the reserved ones: not 0 if state of other extensions follows */

int arch_signal_push(struct regs *regs, const struct signal_delivery *d, uptr sp) {
    uptr at = ALIGN_DOWN(sp - sizeof(struct abi_rt_sigframe), 16);
    // a frame that runs out of the alternate stack would overwrite what lies below it
    bool on_altstack = sp > d->altstack && sp - d->altstack <= d->altstack_size;
    if (at > sp || (on_altstack && at < d->altstack) || !vdso_sigreturn) return -EFAULT;

    struct abi_rt_sigframe frame = {0};
    signal_fill_siginfo(&frame.info, &d->info);
    frame.uc.uc_stack.ss_sp = d->altstack;
    frame.uc.uc_stack.ss_flags = d->altstack_flags;
    frame.uc.uc_stack.ss_size = d->altstack_size;
    frame.uc.uc_sigmask = d->blocked;
    memcpy(&frame.uc.uc_mcontext.sc_regs, regs, sizeof frame.uc.uc_mcontext.sc_regs);
    struct vector_state vector;
    vector_save_whole(&vector);
    memcpy(frame.uc.uc_mcontext.sc_fpregs.f, vector.f, sizeof vector.f);
    frame.uc.uc_mcontext.sc_fpregs.fcsr = vector.fcsr;
    if (user_write(at, &frame, sizeof frame)) return -EFAULT;

    regs->a0 = d->info.signo;
    regs->a1 = at + offsetof(struct abi_rt_sigframe, info);
    regs->a2 = at + offsetof(struct abi_rt_sigframe, uc);
    regs->ra = vdso_sigreturn;
    regs->pc = d->action.handler;
    regs->sp = at;
    regs->cause = CAUSE_NONE;
    return 0;
}

int arch_signal_pop(struct regs *regs, u64 *mask, struct abi_stack_t *altstack) {
    struct abi_rt_sigframe frame;
    if (user_read(&frame, regs->sp, sizeof frame)) return -EFAULT;
    const struct abi_riscv_fp_state *fp = &frame.uc.uc_mcontext.sc_fpregs;
    for (u32 i = FIRST_EXTENSION_WORD; i < COUNT(fp->reserved); i++)
        if (fp->reserved[i]) return -EINVAL;

    struct vector_state vector = {.fcsr = fp->fcsr};
    memcpy(vector.f, fp->f, sizeof vector.f);
    vector_load(&vector);
    memcpy(regs, &frame.uc.uc_mcontext.sc_regs, sizeof frame.uc.uc_mcontext.sc_regs);
    regs->cause = CAUSE_NONE; // no call to restart: the frame says where to go on
    *mask = frame.uc.uc_sigmask;
    *altstack = frame.uc.uc_stack;
    return 0;
}
