/* The doors between the program and the kernel: system calls, exceptions, interrupts, and the way
 * back.
 *
 * Every door makes the same frame, struct regs, on the thread's kernel stack, and every way back
 * goes through exit_to_user. GS base belongs to the program outside and to the kernel inside:
 * SWAPGS on each crossing of the border, never elsewhere. Interrupts stay off from the door to
 * the way back. */
#include "arch/cpu-bits.h"

/* Offsets in struct regs (regs.h) and struct cpu (cpu.h), asserted in trap.c. */
#define REGS_R11 48
#define REGS_RCX 88
#define REGS_RIP 136
#define REGS_CS 144
#define REGS_RFLAGS 152
#define REGS_RSP 160
#define REGS_SS 168
#define CPU_STACK_TOP 8
#define CPU_SCRATCH 16

.macro PUSH_GENERAL
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
.endm

.macro POP_GENERAL_TO_R11
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
.endm

.macro POP_GENERAL
    POP_GENERAL_TO_R11
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    addq $16, %rsp              /* kind, code */
.endm

/* With SMAP, user memory is open to the kernel while AC is set, and a trap does not clear it. */
.macro CLOSE_USER_MEMORY
    cmpb $0, cpu_has_smap(%rip)
    je 9f
    clac
9:
.endm

    .text
/* SYSCALL leaves rip in rcx and rflags in r11, and masks IF, DF, TF, AC and NT (MSR_SFMASK). */
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
    PUSH_GENERAL
    xorl %ebp, %ebp             /* a backtrace ends here */
    movq %rsp, %rdi
    call kernel_syscall

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

    POP_GENERAL_TO_R11
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    movq (REGS_RSP - 120)(%rsp), %rsp
    swapgs
    sysretq

exit_by_iret:
    POP_GENERAL
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
