/* The doors between the program and the kernel: system calls, exceptions, interrupts, and the way
 * back.
 *
 * Every door makes the same frame, struct regs, on the thread's kernel stack, and every way back
 * goes through exit_to_user. GS base belongs to the program outside and to the kernel inside:
 * SWAPGS on each crossing of the border, never elsewhere. Interrupts stay off from the door to
 * the way back. */
#include "arch/cpu-bits.h"

.macro PUSH_ARGUMENTS
    pushq %r9
    pushq %r8
    pushq %r10
    pushq %rdx
    pushq %rsi
    pushq %rdi
.endm

.macro PUSH_GENERAL
    PUSH_ARGUMENTS
    pushq %rax
    pushq %rcx
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
.endm

.macro POP_GENERAL
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %rcx
    popq %rax
    popq %rdi
    popq %rsi
    popq %rdx
    popq %r10
    popq %r8
    popq %r9
.endm

/* The way back from a call whose frame is below the stack pointer; rax is in place. */
.macro BACK_FROM_SYSCALL
    movq (REGS_ARGS + 0)(%rsp), %rdi
    movq (REGS_ARGS + 8)(%rsp), %rsi
    movq (REGS_ARGS + 16)(%rsp), %rdx
    movq (REGS_ARGS + 24)(%rsp), %r10
    movq (REGS_ARGS + 32)(%rsp), %r8
    movq (REGS_ARGS + 40)(%rsp), %r9
    movq REGS_RBP(%rsp), %rbp
    movq REGS_RIP(%rsp), %rcx
    movq REGS_RFLAGS(%rsp), %r11
    movq REGS_RSP(%rsp), %rsp
    swapgs
    sysretq
.endm

/* With SMAP, user memory is open to the kernel while AC is set, and a trap does not clear it. */
.macro CLOSE_USER_MEMORY
    cmpb $0, cpu_has_smap(%rip)
    je 9f
    clac
9:
.endm

    .text
/* SYSCALL leaves rip in rcx and rflags in r11, and masks IF, DF, TF, AC and NT (MSR_SFMASK).
 * Room is left for what kernel_syscall() does not need: rax, rcx, r11, and what C keeps. */
    .globl syscall_entry
    .balign 16
syscall_entry:
    swapgs
    movq %rsp, %gs:CPU_SCRATCH
    movq %gs:CPU_STACK_TOP, %rsp
    pushq $USER_DS
    pushq %gs:CPU_SCRATCH
    pushq %r11
    pushq $USER_CS
    pushq %rcx
    pushq %rax
    pushq $KIND_SYSCALL
    PUSH_ARGUMENTS
    subq $REGS_ARGS, %rsp
    movq %rbp, REGS_RBP(%rsp)
    xorl %ebp, %ebp             /* a backtrace ends here */
    movq %rsp, %rdi
    call kernel_syscall
    testq %rdx, %rdx
    jnz syscall_rest
    // Nobody has touched the frame: rip, rflags and rsp are what SYSCALL found, and rip is below
    // the hole in the address space, since the last page under it is never the program's.
    BACK_FROM_SYSCALL

/* The frame is made whole: what C keeps is as it was, and SYSCALL itself has put rip and rflags
 * into registers. */
syscall_rest:
    movq %rbx, REGS_RBX(%rsp)
    movq %r12, (REGS_R12 - 0)(%rsp)
    movq %r13, (REGS_R12 - 8)(%rsp)
    movq %r14, (REGS_R12 - 16)(%rsp)
    movq %r15, (REGS_R12 - 24)(%rsp)
    movq REGS_RIP(%rsp), %rcx
    movq REGS_RFLAGS(%rsp), %r11
    movq %rcx, REGS_RCX(%rsp)
    movq %r11, REGS_R11(%rsp)
    movq %rax, REGS_RAX(%rsp)
    movq %rsp, %rdi
    movq %rax, %rsi
    call kernel_syscall_rest

/* Leaves the kernel through the frame at the stack pointer. */
exit_to_user:
    // SYSRET is quick, but restores only what SYSCALL saved: the frame must look exactly so.
    movq REGS_RCX(%rsp), %rcx
    cmpq REGS_RIP(%rsp), %rcx
    jne exit_by_iret
    movq REGS_R11(%rsp), %r11
    cmpq REGS_RFLAGS(%rsp), %r11
    jne exit_by_iret
    // On Intel CPUs SYSRET to a non-canonical address faults in ring 0, on the user's stack.
    shrq $47, %rcx
    jnz exit_by_iret
    testl $(RFLAGS_RF | RFLAGS_TF), %r11d
    jnz exit_by_iret
    cmpq $USER_CS, REGS_CS(%rsp)
    jne exit_by_iret
    cmpq $USER_DS, REGS_SS(%rsp)
    jne exit_by_iret

    movq (REGS_R12 - 24)(%rsp), %r15
    movq (REGS_R12 - 16)(%rsp), %r14
    movq (REGS_R12 - 8)(%rsp), %r13
    movq (REGS_R12 - 0)(%rsp), %r12
    movq REGS_RBX(%rsp), %rbx
    movq REGS_RAX(%rsp), %rax
    BACK_FROM_SYSCALL

exit_by_iret:
    POP_GENERAL
    addq $16, %rsp      /* kind, code */
    swapgs
    iretq               /* cannot fault: selectors are constants, rip was checked when set */

/* void arch_enter_user(struct regs *regs) */
    .globl arch_enter_user
arch_enter_user:
    movq %rdi, %rsp
    jmp exit_to_user

/* The exceptions for which the CPU pushes an error code: 8, 10 to 14, 17, 21, 29, 30. */
#define ERROR_CODES 0x60227d00

/* One 16-byte stub for each vector; where the CPU pushes no error code, it pushes 0. */
    .globl trap_stubs
    .balign 16
trap_stubs:
    .set vector, 0
    .rept VECTOR_COUNT
    .balign 16
    .if !((ERROR_CODES >> vector) & 1)
    pushq $0
    .endif
    pushq $vector
    .if vector == 2 || vector == 8 || vector == 18
    jmp paranoid_trap
    .else
    jmp trap
    .endif
    .set vector, vector + 1
    .endr

    .balign 16
trap:
    cld
    PUSH_GENERAL
    testb $3, REGS_CS(%rsp)
    jz 1f
    swapgs
    xorl %ebp, %ebp
1:  CLOSE_USER_MEMORY
    movq %rsp, %rdi
    call trap_handler
    testb $3, REGS_CS(%rsp)
    jnz exit_to_user
    POP_GENERAL
    addq $16, %rsp
    iretq

/* NMI, double fault, machine check may strike between a door and its SWAPGS: the code segment
 * does not tell whose GS base is loaded. Its sign does: the kernel's is in the upper half, and
 * the program cannot set such a one, because CR4.FSGSBASE stays off. */
    .balign 16
paranoid_trap:
    cld
    PUSH_GENERAL
    xorl %ebx, %ebx
    movl $MSR_GS_BASE, %ecx
    rdmsr
    testl %edx, %edx
    js 1f
    swapgs
    incl %ebx
1:  CLOSE_USER_MEMORY
    movq %rsp, %rdi
    call paranoid_trap_handler
    testl %ebx, %ebx
    jz 2f
    swapgs
2:  POP_GENERAL
    addq $16, %rsp
    iretq

/* struct thread *switch_stacks(u64 *save_sp, u64 load_sp, struct thread *from): returns `from`,
 * on the other thread's stack. The caller saves what the C calling convention lets it lose. */
    .globl switch_stacks
switch_stacks:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    movq %rdx, %rax
    ret

/* Where a new thread's first switch_stacks() returns to: see arch_thread_init(). */
    .globl thread_begin
thread_begin:
    movq %rax, %rdi
    call thread_start
    ud2
