/* Signal frames: what the program's handler finds on its stack, and the way back from it.
 *
 *   high   vector state (64-aligned), then a magic number that marks its end
 *          abi_rt_sigframe: return address, ucontext with all registers, siginfo
 *   low    <- rsp in the handler, 8 below a multiple of 16, as after a call
 *
 * The layout is Linux's (arch/x86/include/uapi/asm/sigcontext.h); debuggers and runtimes read it
 * and change it. On the way back nothing in it is trusted. */
#include "abi.h"
#include "arch.h"
#include "insn.h"
#include "mem.h"
#include "signal.h"
#include "string.h"
#include "thread.h"
#include "user.h"
#include "vector.h"

#define UC_FP_XSTATE 1          /* fpstate is an XSAVE area */
#define UC_SIGCONTEXT_SS 2      /* mcontext has ss */
#define UC_STRICT_RESTORE_SS 4  /* and sigreturn uses it as it is */
#define VECTOR_ALIGNMENT 64
/* What the program may change of rflags: CF PF AF ZF SF TF DF OF RF AC. */
#define RFLAGS_PROGRAM 0x50dd5ull

static u64 vector_frame_size(void) {
    return vector_size + (vector_enabled ? FP_XSTATE_MAGIC2_SIZE : 0);
}

u64 arch_signal_frame_max(void) {
    return ALIGN_UP(vector_frame_size() + VECTOR_ALIGNMENT + sizeof(struct abi_rt_sigframe) + 16, 16);
}

/* The state of the running thread, with what marks it as an extended one. */
static int push_vector(uptr to) {
    if (!user_range_ok(to, vector_frame_size())) return -EFAULT;
    assert_may_fault();
    return arch_user_vector_save(to, vector_size, FP_XSTATE_MAGIC2);
}

static void fill_registers(struct abi_sigcontext *m, const struct regs *r) {
    m->r8 = r->r8, m->r9 = r->r9, m->r10 = r->r10, m->r11 = r->r11;
    m->r12 = r->r12, m->r13 = r->r13, m->r14 = r->r14, m->r15 = r->r15;
    m->rdi = r->rdi, m->rsi = r->rsi, m->rbp = r->rbp, m->rbx = r->rbx;
    m->rdx = r->rdx, m->rax = r->rax, m->rcx = r->rcx, m->rsp = r->rsp;
    m->rip = r->rip, m->eflags = r->rflags, m->cs = r->cs, m->ss = r->ss;
    m->gs = m->fs = 0;
    // only exceptions have these; for a call or an interrupt Linux shows the last one: we show none
    m->trapno = r->kind < 32 ? r->kind : 0;
    m->err = r->kind < 32 ? r->code : 0;
}

static void take_registers(struct regs *r, const struct abi_sigcontext *m) {
    r->r8 = m->r8, r->r9 = m->r9, r->r10 = m->r10, r->r11 = m->r11;
    r->r12 = m->r12, r->r13 = m->r13, r->r14 = m->r14, r->r15 = m->r15;
    r->rdi = m->rdi, r->rsi = m->rsi, r->rbp = m->rbp, r->rbx = m->rbx;
    r->rdx = m->rdx, r->rax = m->rax, r->rcx = m->rcx, r->rsp = m->rsp;
    r->rip = m->rip;
    r->rflags = (r->rflags & ~RFLAGS_PROGRAM) | (m->eflags & RFLAGS_PROGRAM);
    r->kind = 0; // no call to restart: the frame says where to go on
}

static bool is_fault(const struct signal_info *info) {
    return info->signo == SIGSEGV || info->signo == SIGBUS;
}

int arch_signal_push(struct regs *regs, const struct signal_delivery *d, uptr sp) {
    // Invariant: rip is canonical and in user space, else the way out faults (entry.S).
    if (d->action.handler >= USER_TOP) return -EFAULT;

    uptr vector = ALIGN_DOWN(sp - vector_frame_size(), VECTOR_ALIGNMENT);
    uptr at = ALIGN_DOWN(vector - sizeof(struct abi_rt_sigframe), 16) - 8;
    // a frame that runs out of the alternate stack would overwrite what lies below it
    bool on_altstack = sp > d->altstack && sp - d->altstack <= d->altstack_size;
    if (at > sp || (on_altstack && at < d->altstack)) return -EFAULT;
    if (push_vector(vector)) return -EFAULT;

    // Every byte of it is written: the rest of the kernel's stack is nobody's business.
    struct abi_rt_sigframe frame;
    frame.pretcode = d->action.restorer;
    frame.uc.uc_link = 0;
    frame.uc.uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
    if (vector_enabled) frame.uc.uc_flags |= UC_FP_XSTATE;
    __builtin_memset(&frame.uc.uc_stack, 0, sizeof frame.uc.uc_stack); // there is room between its fields
    frame.uc.uc_stack.ss_sp = d->altstack;
    frame.uc.uc_stack.ss_flags = d->altstack_flags;
    frame.uc.uc_stack.ss_size = d->altstack_size;
    frame.uc.uc_sigmask = d->blocked;
    fill_registers(&frame.uc.uc_mcontext, regs);
    frame.uc.uc_mcontext.fpstate = vector;
    frame.uc.uc_mcontext.oldmask = d->blocked;
    frame.uc.uc_mcontext.cr2 = is_fault(&d->info) ? d->info.value : 0;
    __builtin_memset(frame.uc.uc_mcontext.reserved1, 0, sizeof frame.uc.uc_mcontext.reserved1);
    __builtin_memset(&frame.info, 0, sizeof frame.info);
    signal_fill_siginfo(&frame.info, &d->info);
    if (user_write(at, &frame, sizeof frame)) return -EFAULT;

    // the handler is a C function: arguments, direction flag clear, vector state initial
    regs->rdi = d->info.signo;
    regs->rsi = at + offsetof(struct abi_rt_sigframe, info);
    regs->rdx = at + offsetof(struct abi_rt_sigframe, uc);
    regs->rax = 0;
    regs->rip = d->action.handler;
    regs->rsp = at;
    regs->rflags &= ~(u64)(RFLAGS_DF | RFLAGS_RF | RFLAGS_TF);
    regs->kind = 0;
    vector_reset();
    return 0;
}

/* An extended state, or one with only the legacy part, which a program may also build. After an error the registers
 * may hold a part of it: the program is about to die, or to begin a handler. */
static int pop_vector(uptr at) {
    if (!at) {
        vector_reset();
        return 0;
    }
    // Differs: Linux takes a legacy one in the very last bytes of user space, too.
    if (at % VECTOR_ALIGNMENT || !user_range_ok(at, vector_frame_size())) return -EFAULT;
    assert_may_fault();
    return arch_user_vector_load(at, vector_size, FP_XSTATE_MAGIC1, FP_XSTATE_MAGIC2);
}

int arch_signal_pop(struct regs *regs, u64 *mask, struct abi_stack_t *altstack) {
    // the handler's RET has taken the return address
    struct abi_ucontext uc;
    uptr at = regs->rsp - sizeof(uptr) + offsetof(struct abi_rt_sigframe, uc);
    if (user_read(&uc, at, sizeof uc)) return -EFAULT;
    if (uc.uc_mcontext.rip >= USER_TOP) return -EFAULT; // see arch_signal_push()
    int error = pop_vector(uc.uc_mcontext.fpstate);
    if (error) return error;
    take_registers(regs, &uc.uc_mcontext);
    *mask = uc.uc_sigmask;
    *altstack = uc.uc_stack;
    return 0;
}
