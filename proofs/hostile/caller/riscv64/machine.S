/* Calls, threads, handlers and jumps of the hostile program: machine.h and ../caller.h. */
#include "numbers.h"
    .text
    .globl _start, call, call_with, call_clone, spawn, signal_entry, go_to, jump_wild, probe_load, probe_store, begin_anew
/* The call's number, then its six arguments. */
.macro MAKE_CALL
    mv t0, a0
    mv a0, a1
    mv a1, a2
    mv a2, a3
    mv a3, a4
    mv a4, a5
    mv a5, a6
    mv a7, t0
    ecall
.endm

_start:
    mv a0, sp
    la sp, stacks + 32768
    li s0, 0
    call begin

call:
    MAKE_CALL
    ret

.macro S_REGISTERS op, base
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \op s\n, 8*\n(\base)
    .endr
.endm
.macro T_REGISTERS op, base
    .irp n, 0, 1, 2, 3, 4, 5, 6
    \op t\n, 96 + 8*\n(\base)
    .endr
.endm

/* s0-s11 and t0-t6 are seen afterwards in this order, then a1-a7. */
call_with:
    addi sp, sp, -112
    S_REGISTERS sd, sp
    sd ra, 96(sp)
    sd a2, 104(sp)
    S_REGISTERS ld, a2
    T_REGISTERS ld, a2
    ld a6, 192(a2)
    mv a7, a0
    ld a0, 0(a1)
    ld a2, 16(a1)
    ld a3, 24(a1)
    ld a4, 32(a1)
    ld a5, 40(a1)
    ld a1, 8(a1)
    ecall
    ld ra, 104(sp)
    S_REGISTERS sd, ra
    T_REGISTERS sd, ra
    .irp n, 1, 2, 3, 4, 5, 6, 7
    sd a\n, 144 + 8*\n(ra)
    .endr
    S_REGISTERS ld, sp
    ld ra, 96(sp)
    addi sp, sp, 112
    ret

/* Whatever stack the new thread was given: it uses none. */
call_clone:
    MAKE_CALL
    beqz a0, 1f
    ret
1:  li a0, 0
    la a1, all_signals
    li a2, 0
    li a3, 8
    li a7, NR_rt_sigprocmask
    ecall
2:  la t0, children_stay
    lw t0, 0(t0)
    bnez t0, 3f
    li a0, 0
    li a7, NR_exit
    ecall
3:  li a0, 0
    li a1, 0
    la a2, long_time
    li a3, 0
    li a7, NR_ppoll
    ecall
    j 2b

spawn:
    mv t0, a3
    mv a4, a2
    li a3, 0
    li a7, NR_clone
    ecall
    beqz a0, 1f
    ret
1:  mv a0, t0
    li s0, 0
    call worker

/* Not by the vDSO, which may have been unmapped. */
signal_entry:
    call handle
    li a7, NR_rt_sigreturn
    ecall
    ebreak

go_to:
    mv sp, a0
    mv a0, a2
    jr a1

/* Trusts no register: finds its slot by its number. */
begin_anew:
    li a7, NR_gettid
    ecall
    mv t0, a0
    la a0, slots
    la t1, stacks + 32768
    li t2, 64
    li t3, SLOT_SIZE
    li t4, 32768
1:  lw t5, 0(a0)
    beq t5, t0, 2f
    add a0, a0, t3
    add t1, t1, t4
    addi t2, t2, -1
    bnez t2, 1b
    li a7, NR_exit
    ecall
2:  mv sp, t1
    j worker

jump_wild:
    mv t6, a1
    ld ra, 8(a0)
    ld sp, 16(a0)
    ld gp, 24(a0)
    ld tp, 32(a0)
    ld t0, 40(a0)
    ld t1, 48(a0)
    ld t2, 56(a0)
    ld s0, 64(a0)
    ld s1, 72(a0)
    ld a1, 88(a0)
    ld a2, 96(a0)
    ld a3, 104(a0)
    ld a4, 112(a0)
    ld a5, 120(a0)
    ld a6, 128(a0)
    ld a7, 136(a0)
    ld s2, 144(a0)
    ld s3, 152(a0)
    ld s4, 160(a0)
    ld s5, 168(a0)
    ld s6, 176(a0)
    ld s7, 184(a0)
    ld s8, 192(a0)
    ld s9, 200(a0)
    ld s10, 208(a0)
    ld s11, 216(a0)
    ld t3, 224(a0)
    ld t4, 232(a0)
    ld t5, 240(a0)
    ld a0, 80(a0)
    jr t6

probe_load:
    lb a0, 0(a0)
    ret
probe_store:
    li t0, 0x77
    sb t0, 0(a0)
    ret

    .section .rodata
    .balign 8
all_signals: .quad -1
long_time: .quad 1, 0
