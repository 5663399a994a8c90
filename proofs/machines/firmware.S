/* The least firmware that can start the kernel on QEMU's virt machine, for machines.test.ts: it hides, breaks or
 * leaves out what OpenSBI always has. Hart 0 goes on in supervisor mode, the others wait for ever: there is no HSM.
 *
 * What it is given with -D:
 *   DEVICE_TREE=ADDRESS  instead of the tree that QEMU made
 *   DAMAGE=OFFSET        bytes of the tree from there on are not what they were
 *   WITHOUT_RNG_SEED     the tree has no randomness from QEMU
 *   CONSOLE_DBCN         the console is that of SBI 2.0, and the old one is gone
 *   WITHOUT_RESET        only the old shutdown, which tells no reason
 *   WITHOUT_SEED_CSR     the seed register is not supervisor mode's to read
 *   STRAY_HART           hart 1 enters the image as well, as it may with OpenSBI up to 1.2; stopping it fails
 * (SBI specification 2.0; privileged specification 1.12; QEMU's hw/riscv/virt.c for addresses.) */

#define UART 0x10000000
#define FINISHER 0x100000
#define MTIMECMP 0x2004000
#define KERNEL 0x80200000

#define MSTATUS_MPP 0x1800
#define MSTATUS_MPP_S 0x0800
#define SUPERVISOR_INTERRUPTS 0x222
#define MIE_MTIE 0x80
#define MIP_STIP 0x20
#define ALL_BUT_CALLS_OF_SUPERVISOR 0xb1ff
#define CAUSE_CALL_OF_SUPERVISOR 9
#define MENVCFG 0x30a
#define MSECCFG 0x747
#define MSECCFG_SSEED 0x200
#define NOT_SUPPORTED -2

    .text
    .globl start
start:
#ifdef STRAY_HART
    beqz a0, 1f
    la t1, first_is_off         /* until then it may be the first */
2:  lw t0, (t1)
    beqz t0, 2b
    la t0, second_stack_top
    j 2f
1:  la t0, stack_top
2:  csrw mscratch, t0
#else
    bnez a0, hang
    la t0, stack_top
    csrw mscratch, t0
#endif
    la t0, trap
    csrw mtvec, t0
    // all memory and all devices for everybody
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    li t0, ALL_BUT_CALLS_OF_SUPERVISOR
    csrw medeleg, t0
    li t0, SUPERVISOR_INTERRUPTS
    csrw mideleg, t0
    li t0, -1
    csrw mcounteren, t0
    // what this hart may not have comes back behind itself
    la t0, 1f
    csrw mtvec, t0
    li t0, 1
    slli t0, t0, 63             /* STCE: the supervisor's own timer */
    csrw MENVCFG, t0
    .balign 4
1:  la t0, 1f
    csrw mtvec, t0
#ifndef WITHOUT_SEED_CSR
    li t0, MSECCFG_SSEED
    csrw MSECCFG, t0
#endif
    .balign 4
1:  la t0, trap
    csrw mtvec, t0

#ifdef DEVICE_TREE
    li a1, DEVICE_TREE
#endif
#ifdef DAMAGE
    li t0, DAMAGE
    add t0, t0, a1
    li t1, -1
    sw t1, (t0)
#endif
#ifdef WITHOUT_RNG_SEED
    la t0, rng_seed
    ld t0, (t0)
    mv t1, a1
1:  addi t1, t1, 1
    ld t2, -1(t1)
    bne t2, t0, 1b
    sb t2, (t1)                 /* it is called rrg-seed now */
#endif
    li t0, MSTATUS_MPP
    csrc mstatus, t0
    li t0, MSTATUS_MPP_S
    csrs mstatus, t0
    li t0, KERNEL
    csrw mepc, t0
#ifdef STRAY_HART
    bnez a0, 1f
    la t1, first_is_off
    li t0, 1
    sw t0, (t1)
    j 2f
1:  li t0, 20000                /* the other one is in the kernel by then */
3:  addi t0, t0, -1
    bnez t0, 3b
2:
#endif
    mret

hang:
    wfi
    j hang

    .balign 4
trap:
    csrrw sp, mscratch, sp
    addi sp, sp, -32
    sd t0, 0(sp)
    sd t1, 8(sp)
    sd t2, 16(sp)
    csrr t0, mcause
    bltz t0, timer
    li t1, CAUSE_CALL_OF_SUPERVISOR
    bne t0, t1, hang
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    li t0, 0x10
    beq a7, t0, base
#ifdef CONSOLE_DBCN
    li t0, 0x4442434e
    beq a7, t0, write_console
#else
    li t0, 1
    beq a7, t0, put_character
#endif
#ifndef WITHOUT_RESET
    li t0, 0x53525354
    beq a7, t0, reset
#endif
    li t0, 8
    beq a7, t0, shutdown
    beqz a7, set_timer
    li a0, NOT_SUPPORTED
leave:
    ld t0, 0(sp)
    ld t1, 8(sp)
    ld t2, 16(sp)
    addi sp, sp, 32
    csrrw sp, mscratch, sp
    mret

/* The extension whose number is in a0: a1 tells whether it is there. All ids of the machine are 0. */
base:
    li a1, 0
    li t0, 3
    bne a6, t0, 1f
#ifdef CONSOLE_DBCN
    li t0, 0x4442434e
    beq a0, t0, 2f
#endif
#ifndef WITHOUT_RESET
    li t0, 0x53525354
    beq a0, t0, 2f
#endif
1:  li a0, 0
    j leave
2:  li a0, 0
    li a1, 1
    j leave

put_character:
    li t0, UART
    sb a0, (t0)
    li a0, 0
    j leave

write_console:                  /* a0 bytes at a1, a1 tells how many were written; or the byte in a0 */
    li t0, 2
    beq a6, t0, put_character
    li t0, UART
    add t1, a1, a0
1:  beq a1, t1, 2f
    lbu t2, (a1)
    sb t2, (t0)
    addi a1, a1, 1
    j 1b
2:  mv a1, a0
    li a0, 0
    j leave

reset:                          /* a0: kind, a1: reason; a failure makes QEMU end with 1 */
    beqz a1, shutdown
    li t0, FINISHER
    li t1, 0x13333
    sw t1, (t0)
    j hang
shutdown:
    li t0, FINISHER
    li t1, 0x5555
    sw t1, (t0)
    j hang

set_timer:
    li t0, MTIMECMP
    sd a0, (t0)
    li t0, MIP_STIP
    csrc mip, t0
    li t0, MIE_MTIE
    csrs mie, t0
    li a0, 0
    j leave
timer:                          /* the supervisor's, from here on */
    li t0, MIE_MTIE
    csrc mie, t0
    li t0, MIP_STIP
    csrs mip, t0
    j leave

    .section .rodata
    .balign 8
rng_seed:
    .ascii "rng-seed"

    .bss
first_is_off:
    .skip 4
    .balign 16
    .skip 1024
stack_top:
    .skip 1024
second_stack_top:
