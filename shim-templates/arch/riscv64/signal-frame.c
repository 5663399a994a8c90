/* Signal frames: what the program's handler finds on its stack, and the way back from it.
 *
 *   high   END_MAGIC, 0
 *          V state, if the thread uses V: abi_riscv_v_ext_state, then the registers
 *          abi_rt_sigframe: ucontext with all registers, F and D among them; its last 8 bytes are the
 *                           first header of what follows: RISCV_V_MAGIC and a size, or END_MAGIC
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
_Static_assert(offsetof(struct vector_state, f) == offsetof(struct abi_riscv_fp_state, f), "saved and loaded in place");
_Static_assert(offsetof(struct vector_state, fcsr) == offsetof(struct abi_riscv_fp_state, fcsr), "saved and loaded in place");
_Static_assert(offsetof(struct abi_rt_sigframe, uc.uc_mcontext.sc_fpregs.extension) + sizeof(struct abi_riscv_ctx_hdr) ==
                   sizeof(struct abi_rt_sigframe), "what follows begins with the frame's last bytes");

/* Bytes of V state with its header. */
static u64 v_size(void) {
    return sizeof(struct abi_riscv_ctx_hdr) + sizeof(struct abi_riscv_v_ext_state) + V_REGISTERS_SIZE;
}

u64 arch_signal_frame_max(void) {
    return ALIGN_UP(sizeof(struct abi_rt_sigframe) + (vlenb ? v_size() : 0), 16) + 16;
}

/* Behind the frame, whose last bytes say `first`: state, registers, the end of the chain. */
static int push_v(uptr to, struct abi_riscv_ctx_hdr *first) {
    v_save_current();
    const struct v_state *v = current()->arch.v;
    struct abi_riscv_v_ext_state state = {
        .vstart = v->vstart, .vl = v->vl, .vtype = v->vtype, .vcsr = v->vcsr, .vlenb = vlenb,
        .datap = to + sizeof state,
    };
    struct abi_riscv_ctx_hdr end = {.magic = END_MAGIC, .size = END_HDR_SIZE};
    *first = (struct abi_riscv_ctx_hdr){.magic = RISCV_V_MAGIC, .size = (u32)v_size()};
    if (user_write(to, &state, sizeof state) || user_write(state.datap, v->registers, V_REGISTERS_SIZE)) return -EFAULT;
    return user_write(state.datap + V_REGISTERS_SIZE, &end, sizeof end);
}

int arch_signal_push(struct regs *regs, const struct signal_delivery *d, uptr sp) {
    bool has_v = current()->arch.v;
    uptr at = ALIGN_DOWN(sp - sizeof(struct abi_rt_sigframe) - (has_v ? v_size() : 0), 16);
    // a frame that runs out of the alternate stack would overwrite what lies below it
    bool on_altstack = sp > d->altstack && sp - d->altstack <= d->altstack_size;
    if (at > sp || (on_altstack && at < d->altstack) || !vdso_sigreturn) return -EFAULT;

    // Every byte of it is written below: the rest of the kernel's stack is nobody's business.
    struct abi_rt_sigframe frame;
    memset(&frame, 0, offsetof(struct abi_rt_sigframe, uc.uc_mcontext));
    struct abi_sigcontext *context = &frame.uc.uc_mcontext;
    struct abi_riscv_fp_state *fp = &context->sc_fpregs;
    memcpy(&context->sc_regs, regs, sizeof context->sc_regs);
    vector_save_whole((struct vector_state *)fp);
    memset(fp->unused, 0, sizeof *fp - offsetof(struct abi_riscv_fp_state, unused));
    signal_fill_siginfo(&frame.info, &d->info);
    frame.uc.uc_stack.ss_sp = d->altstack;
    frame.uc.uc_stack.ss_flags = d->altstack_flags;
    frame.uc.uc_stack.ss_size = d->altstack_size;
    frame.uc.uc_sigmask = d->blocked;
    if (has_v && push_v(at + sizeof frame, &fp->extension)) return -EFAULT;
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

/* From then on the registers hold the frame's state, or, after an error, what they held. */
static int pop_v(uptr from) {
    struct v_state *v = current()->arch.v;
    struct abi_riscv_v_ext_state state;
    if (user_read(&state, from, sizeof state)) return -EFAULT;
    v_is_in_registers();
    if (user_read(v->registers, state.datap, V_REGISTERS_SIZE)) return -EFAULT;
    v->vstart = state.vstart;
    v->vl = state.vl;
    v->vtype = state.vtype;
    v->vcsr = state.vcsr;
    v_load_current();
    return 0;
}

/* What follows the registers: V state or nothing, then the end. */
static int pop_extensions(uptr at, struct abi_riscv_ctx_hdr next) {
    if (next.magic == RISCV_V_MAGIC) {
        if (!current()->arch.v || next.size != v_size()) return -EINVAL;
        int error = pop_v(at + sizeof next);
        if (error) return error;
        if (user_read(&next, at + v_size(), sizeof next)) return -EFAULT;
    }
    return next.magic == END_MAGIC && next.size == END_HDR_SIZE ? 0 : -EINVAL;
}

int arch_signal_pop(struct regs *regs, u64 *mask, struct abi_stack_t *altstack) {
    struct abi_ucontext uc;
    if (user_read(&uc, regs->sp + offsetof(struct abi_rt_sigframe, uc), sizeof uc)) return -EFAULT;
    const struct abi_riscv_fp_state *fp = &uc.uc_mcontext.sc_fpregs;
    if (fp->reserved) return -EINVAL;
    uptr extension = regs->sp + offsetof(struct abi_rt_sigframe, uc.uc_mcontext.sc_fpregs.extension);
    int error = pop_extensions(extension, fp->extension);
    if (error) return error;

    vector_load((const struct vector_state *)fp);
    memcpy(regs, &uc.uc_mcontext.sc_regs, sizeof uc.uc_mcontext.sc_regs);
    regs->cause = CAUSE_NONE; // no call to restart: the frame says where to go on
    *mask = uc.uc_sigmask;
    *altstack = uc.uc_stack;
    return 0;
}
