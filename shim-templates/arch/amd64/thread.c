/* Threads: the kernel context that arch_switch() saves and loads, and the first one of a new
 * thread. */
#include "thread.h"
#include "arch.h"
#include "cpu.h"
#include "insn.h"
#include "mem.h"
#include "string.h"
#include "vector.h"

struct thread *switch_stacks(u64 *save_sp, u64 load_sp, struct thread *from);
extern const char thread_begin[];

/* What switch_stacks() pops from a stack that it has never pushed. */
struct first_frame {
    u64 r15, r14, r13, r12, rbx, rbp;
    u64 return_address;
    u64 padding; /* so that thread_begin finds the stack aligned as the C convention wants */
};

bool arch_thread_init(struct thread *t) {
    if (!vector_alloc(t)) return false;
    char *top = (char *)t->stack + KSTACK_SIZE;
    t->regs = (struct regs *)(top - sizeof(struct regs));
    struct first_frame *frame = (struct first_frame *)t->regs - 1;
    *frame = (struct first_frame){.return_address = (u64)thread_begin};
    t->arch.kernel_sp = (u64)frame;
    return true;
}

void arch_thread_free(struct thread *t) { vector_free(t); }

void arch_thread_copy_vector(struct thread *child) { vector_save_whole(child->arch.vector); }

/* Linux: an address outside user space is EPERM (arch/x86/kernel/process_64.c, do_arch_prctl_64). Loading
 * one that is not canonical would fault. */
bool arch_set_user_tls(struct thread *t, u64 value) {
    if (value >= USER_TOP) return false;
    t->arch.fs_base = value;
    if (t == current()) wrmsr(MSR_FS_BASE, value);
    return true;
}

struct thread *arch_switch(struct thread *from, struct thread *to) {
    struct cpu *cpu = this_cpu();
    // Idle threads have no vector state and no FS base: both stay in the registers for their owner.
    if (from->arch.vector) vector_save(from);
    if (to->arch.vector) {
        bool still_here = cpu->arch.vector_owner == to && to->arch.vector_cpu == cpu;
        if (!still_here) {
            vector_restore(to);
            wrmsr(MSR_FS_BASE, to->arch.fs_base);
        }
        cpu->arch.vector_owner = to;
        to->arch.vector_cpu = cpu;
    }
    cpu->kernel_stack_top = (u64)to->stack + KSTACK_SIZE;
    cpu->arch.tss.rsp[0] = cpu->kernel_stack_top;
    return switch_stacks(&from->arch.kernel_sp, to->arch.kernel_sp, from);
}
