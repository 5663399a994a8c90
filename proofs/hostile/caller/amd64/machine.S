/* Calls, threads, handlers and jumps of the hostile program: machine.h and ../caller.h. */
#include "numbers.h"
    .text
    .globl _start, call, call_with, call_clone, spawn, signal_entry, go_to, jump_wild, probe_load, probe_store, begin_anew
/* The call's number, then its six arguments, the last of them on the stack. */
.macro MAKE_CALL
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %r10
    movq %r9, %r8
    movq 8(%rsp), %r9
    syscall
.endm

_start:
    movq %rsp, %rdi
    leaq stacks + 32768(%rip), %rsp
    xorl %ebp, %ebp
    call begin

call:
    MAKE_CALL
    ret

/* rbx rbp r12-r15 and the arguments' registers are seen afterwards in this order, then rcx and r11. */
call_with:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rdx
    movq %rdi, %rax
    movq 0(%rdx), %rbx
    movq 8(%rdx), %rbp
    movq 16(%rdx), %r12
    movq 24(%rdx), %r13
    movq 32(%rdx), %r14
    movq 40(%rdx), %r15
    movq 0(%rsi), %rdi
    movq 16(%rsi), %rdx
    movq 24(%rsi), %r10
    movq 32(%rsi), %r8
    movq 40(%rsi), %r9
    movq 8(%rsi), %rsi
    syscall
    pushq %rax
    movq 8(%rsp), %rax
    movq %rbx, 0(%rax)
    movq %rbp, 8(%rax)
    movq %r12, 16(%rax)
    movq %r13, 24(%rax)
    movq %r14, 32(%rax)
    movq %r15, 40(%rax)
    movq %rdi, 48(%rax)
    movq %rsi, 56(%rax)
    movq %rdx, 64(%rax)
    movq %r10, 72(%rax)
    movq %r8, 80(%rax)
    movq %r9, 88(%rax)
    movq %rcx, 96(%rax)
    movq %r11, 104(%rax)
    popq %rax
    popq %rdx
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

/* Whatever stack the new thread was given: it uses none. */
call_clone:
    MAKE_CALL
    testq %rax, %rax
    jz 1f
    ret
1:  leaq all_signals(%rip), %rsi
    xorl %edi, %edi
    xorl %edx, %edx
    movl $8, %r10d
    movl $NR_rt_sigprocmask, %eax
    syscall
2:  cmpl $0, children_stay(%rip)
    jne 3f
    xorl %edi, %edi
    movl $NR_exit, %eax
    syscall
3:  xorl %edi, %edi
    xorl %esi, %esi
    leaq long_time(%rip), %rdx
    xorl %r10d, %r10d
    movl $NR_ppoll, %eax
    syscall
    jmp 2b

spawn:
    movq %rcx, %r9
    movq %rdx, %r10
    xorl %r8d, %r8d
    movl $NR_clone, %eax
    syscall
    testq %rax, %rax
    jz 1f
    ret
1:  movq %r9, %rdi
    xorl %ebp, %ebp
    call worker

/* Also the restorer: its frame has it as the return address, and nobody returns there. */
signal_entry:
    subq $8, %rsp
    call handle
    addq $16, %rsp
    movl $NR_rt_sigreturn, %eax
    syscall
    hlt

go_to:
    leaq -8(%rdi), %rsp
    movq %rdx, %rdi
    jmp *%rsi

/* Trusts no register: finds its slot by its number. */
begin_anew:
    cld
    movl $NR_gettid, %eax
    syscall
    leaq slots(%rip), %rdi
    leaq stacks + 32768(%rip), %rsi
    movl $64, %edx
1:  cmpl %eax, (%rdi)
    je 2f
    addq $SLOT_SIZE, %rdi
    addq $32768, %rsi
    decl %edx
    jnz 1b
    movl $NR_exit, %eax
    syscall
2:  leaq -8(%rsi), %rsp
    jmp worker

jump_wild:
    movq %rsi, %r11
    movq 0(%rdi), %rax
    movq 8(%rdi), %rcx
    movq 16(%rdi), %rdx
    movq 24(%rdi), %rbx
    movq 32(%rdi), %rsp
    movq 40(%rdi), %rbp
    movq 48(%rdi), %rsi
    .irp n, 8, 9, 10, 12, 13, 14, 15
    movq \n * 8(%rdi), %r\n
    .endr
    movq 56(%rdi), %rdi
    jmp *%r11

probe_load:
    movq (%rdi), %rax
    ret
probe_store:
    movb $0x77, (%rdi)
    ret

    .section .rodata
    .balign 8
all_signals: .quad -1
long_time: .quad 1, 0
