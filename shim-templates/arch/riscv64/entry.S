/* The door between the program and the kernel, and the way back. RISC-V has only one: system
 * calls, exceptions and interrupts all arrive at stvec.
 *
 * It makes struct regs on the thread's kernel stack, and every way back to the program goes
 * through exit_to_user. Invariant: tp is this hart's struct cpu in the kernel, and sscratch is 0;
 * while the program runs, sscratch is the struct cpu. So one exchange tells where the trap came
 * from. Interrupts stay off from the door to the way back. */
#include "arch/cpu-bits.h"

/* All general registers but sp and tp, which the doors handle. */
.macro EACH_GENERAL op
    \op ra, REGS_X(1)(sp)
    \op gp, REGS_X(3)(sp)
    .irp n, 5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
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
    EACH_GENERAL sd
    ld t0, CPU_SCRATCH(tp)
    csrrw t1, sscratch, zero
    sd t0, REGS_X(2)(sp)
    sd t1, REGS_X(4)(sp)
    SAVE_CAUSE
    li s0, 0                    /* a backtrace ends here */
    la ra, exit_to_user
    li t1, CAUSE_USER_ECALL
    beq t2, t1, 1f
    mv a0, sp
    tail trap_handler

1:  addi t0, t0, 4              /* behind the ECALL */
    sd t0, REGS_PC(sp)
    sd a0, REGS_FIRST_ARGUMENT(sp)
    mv a0, sp
    tail kernel_syscall

/* Leaves the kernel through the frame at the stack pointer. The state of F and D is what the hart
 * has. */
exit_to_user:
    ld t0, REGS_PC(sp)
    csrw sepc, t0
    END_RESERVATION
    li t1, SSTATUS_SPP
    csrc sstatus, t1
    li t1, SSTATUS_SPIE         /* SRET makes it SIE */
    csrs sstatus, t1
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
