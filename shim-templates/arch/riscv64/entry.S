/* The door between the program and the kernel, and the way back. RISC-V has only one: system
 * calls, exceptions and interrupts all arrive at stvec.
 *
 * It makes struct regs on the thread's kernel stack, and every way back to the program goes
 * through exit_to_user. Invariant: tp is this hart's struct cpu in the kernel, and sscratch is 0;
 * while the program runs, sscratch is the struct cpu. So one exchange tells where the trap came
 * from. Interrupts stay off from the door to the way back.
 *
 * Invariant: in the kernel sstatus.SPP is 0 and SPIE is 1, so that SRET leads to the program, with interrupts
 * on. Each hart begins so (cpu.c); a trap from the program makes it so, and so does SRET after one from the
 * kernel (privileged specification 1.12, 3.1.6.1). */
#include "arch/cpu-bits.h"

/* All general registers but sp and tp, which the doors handle. */
.macro EACH_GENERAL op
    \op ra, REGS_X(1)(sp)
    \op gp, REGS_X(3)(sp)
    .irp n, 5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    \op x\n, REGS_X(\n)(sp)
    .endr
.endm

/* Of those, what a function of C need not keep, but a0, t0 and gp, which nothing here uses. */
.macro EACH_NOT_KEPT op
    \op ra, REGS_X(1)(sp)
    .irp n, 6,7,11,12,13,14,15,16,17,28,29,30,31
    \op x\n, REGS_X(\n)(sp)
    .endr
.endm

.macro SAVE_CAUSE
    csrr t0, sepc
    csrr t1, sstatus
    csrr t2, scause
    csrr t3, stval
    sd t0, REGS_PC(sp)
    sd t1, REGS_STATUS(sp)
    sd t2, REGS_CAUSE(sp)
    sd t3, REGS_VALUE(sp)
.endm

/* An LR of the interrupted code must not meet an SC of another thread (unprivileged specification,
 * 8.2): an SC of our own ends the reservation. t0 is what lies there already. */
.macro END_RESERVATION
    addi t1, sp, REGS_PC
    sc.d zero, t0, (t1)
.endm

    .text
    .globl trap_entry
    .balign 4                   /* stvec keeps its mode in the lowest two bits */
trap_entry:
    csrrw tp, sscratch, tp
    beqz tp, trap_from_kernel

    sd sp, CPU_SCRATCH(tp)
    ld sp, CPU_STACK_TOP(tp)
    addi sp, sp, -REGS_SIZE
    sd t0, REGS_X(5)(sp)
    csrr t0, scause
    addi t0, t0, -CAUSE_USER_ECALL
    bnez t0, trap_from_user

    // A call. First only what kernel_syscall() needs and C does not keep.
    EACH_NOT_KEPT sd
    sd a0, REGS_X(10)(sp)
    ld t0, CPU_SCRATCH(tp)
    csrrw t1, sscratch, zero
    csrr t2, sepc
    sd t0, REGS_X(2)(sp)
    sd t1, REGS_X(4)(sp)
    addi t2, t2, 4              /* behind the ECALL */
    sd t2, REGS_PC(sp)
    sd s0, REGS_X(8)(sp)
    li s0, 0                    /* a backtrace ends here */
    mv a0, sp
    call kernel_syscall
    bnez a1, syscall_rest
    ld t0, REGS_PC(sp)
    csrw sepc, t0
    sc.d zero, t0, (sp)         /* END_RESERVATION, with what lies there */
    csrw sscratch, tp
    EACH_NOT_KEPT ld
    ld t0, REGS_X(5)(sp)
    ld s0, REGS_X(8)(sp)
    ld tp, REGS_X(4)(sp)
    ld sp, REGS_X(2)(sp)
    sret

/* The frame is made whole: what C keeps is as it was, and so is gp. */
syscall_rest:
    sd gp, REGS_X(3)(sp)
    .irp n, 9,18,19,20,21,22,23,24,25,26,27
    sd x\n, REGS_X(\n)(sp)
    .endr
    ld t0, REGS_X(10)(sp)
    csrr t1, sstatus
    li t2, CAUSE_USER_ECALL
    sd t0, REGS_FIRST_ARGUMENT(sp)
    sd t1, REGS_STATUS(sp)
    sd t2, REGS_CAUSE(sp)
    sd zero, REGS_VALUE(sp)
    mv a1, a0
    mv a0, sp
    la ra, exit_to_user
    tail kernel_syscall_rest

trap_from_user:
    ld t0, REGS_X(5)(sp)
    EACH_GENERAL sd
    ld t0, CPU_SCRATCH(tp)
    csrrw t1, sscratch, zero
    sd t0, REGS_X(2)(sp)
    sd t1, REGS_X(4)(sp)
    SAVE_CAUSE
    li s0, 0
    la ra, exit_to_user
    mv a0, sp
    tail trap_handler

/* Leaves the kernel through the frame at the stack pointer. The state of F and D is what the hart
 * has. */
exit_to_user:
    ld t0, REGS_PC(sp)
    csrw sepc, t0
    END_RESERVATION
    csrw sscratch, tp
    EACH_GENERAL ld
    ld tp, REGS_X(4)(sp)
    ld sp, REGS_X(2)(sp)
    sret

/* void arch_enter_user(struct regs *regs) */
    .globl arch_enter_user
arch_enter_user:
    mv sp, a0
    fence.i                     /* the vDSO has been written since this hart began */
    j exit_to_user

/* The kernel takes no interrupts but where it waits for one, and never touches user memory: this
 * is a bug, mostly. The stack may be what is wrong, so the frame goes to one that nobody else
 * uses. */
    .balign 4
trap_from_kernel:
    csrrw tp, sscratch, zero
    sd sp, CPU_SCRATCH(tp)
    ld sp, CPU_EMERGENCY_TOP(tp)
    bnez sp, 1f
    ld sp, CPU_SCRATCH(tp)      /* early in boot there is none */
1:  addi sp, sp, -REGS_SIZE
    EACH_GENERAL sd
    ld t0, CPU_SCRATCH(tp)
    sd t0, REGS_X(2)(sp)
    sd tp, REGS_X(4)(sp)
    SAVE_CAUSE
    mv a0, sp
    call kernel_trap_handler
    ld t0, REGS_PC(sp)
    ld t2, REGS_STATUS(sp)
    END_RESERVATION
    csrw sepc, t0
    csrw sstatus, t2
    EACH_GENERAL ld
    ld sp, REGS_X(2)(sp)
    sret

/* struct thread *switch_stacks(u64 *save_sp, u64 load_sp, struct thread *from): returns `from`, on
 * the other thread's stack. The caller saves what the C calling convention lets it lose. */
    .globl switch_stacks
switch_stacks:
    addi sp, sp, -112
    sd ra, 0(sp)
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11
    sd s\n, (8 + 8 * \n)(sp)
    .endr
    sd sp, (a0)
    mv sp, a1
    ld ra, 0(sp)
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11
    ld s\n, (8 + 8 * \n)(sp)
    .endr
    addi sp, sp, 112
    mv a0, a2
    ret

/* Where a new thread's first switch_stacks() returns to: see arch_thread_init(). */
    .globl thread_begin
thread_begin:
    call thread_start
    unimp
