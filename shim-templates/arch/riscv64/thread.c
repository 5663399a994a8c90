/* Threads: the kernel context that arch_switch() saves and loads, and the first one of a new
 * thread. */
#include "thread.h"
#include "arch.h"
#include "cpu.h"
#include "mem.h"
#include "vector.h"

struct thread *switch_stacks(u64 *save_sp, u64 load_sp, struct thread *from);
extern const char thread_begin[];

/* What switch_stacks() loads from a stack that it has never stored to. */
struct first_frame {
    u64 return_address;
    u64 s[12];
    u64 padding; /* the stack pointer is a multiple of 16 */
};
_Static_assert(sizeof(struct first_frame) == 112, "entry.S");

bool arch_thread_init(struct thread *t) {
    char *top = (char *)t->stack + KSTACK_SIZE;
    t->regs = (struct regs *)(top - sizeof(struct regs));
    struct first_frame *frame = (struct first_frame *)t->regs - 1;
    *frame = (struct first_frame){.return_address = (u64)thread_begin};
    t->arch.kernel_sp = (u64)frame;
    return true;
}

void arch_thread_free(struct thread *t) { kfree(t->arch.v); }

/* Not V: see vector.c. */
void arch_thread_copy_vector(struct thread *child) { vector_save_whole(&child->arch.vector); }

bool arch_set_user_tls(struct thread *t, u64 value) {
    t->regs->tp = value; // a general register: any value will do
    return true;
}

struct thread *arch_switch(struct thread *from, struct thread *to) {
    struct cpu *cpu = this_cpu();
    // Idle threads have no vector state: it stays in the registers for its owner.
    if (!thread_is_idle(from)) vector_save(from);
    if (!thread_is_idle(to)) {
        bool still_here = cpu->arch.vector_owner == to && to->arch.vector_cpu == cpu;
        if (!still_here) vector_restore(to);
        cpu->arch.vector_owner = to;
        to->arch.vector_cpu = cpu;
    }
    cpu->kernel_stack_top = (u64)to->stack + KSTACK_SIZE;
    return switch_stacks(&from->arch.kernel_sp, to->arch.kernel_sp, from);
}
