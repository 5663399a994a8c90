/* Runs BLOCKS pieces of 64 bytes that somebody else has put at `area`, one after the other: every trap, whatever its
 * cause, goes on with the next one, behind the last the machine ends. Before each piece all registers are loaded from
 * `registers`. USER says whether the pieces are a program's or the kernel's.
 * RISC-V privileged architecture 20211203, 4.1 and 4.3; Linux Documentation/arch/riscv/boot-image-header.rst. */
#define SPP 0x100
#define SPIE 0x20
#define FS_VS_SUM_MXR 0xc6600
#define FINISHER 0x100000
#define BIT_OFFSET 0x200000
/* Root of Sv39, the table of the pieces' gigabyte, and what the trap handler remembers: in the 2 MiB that are nobody
 * else's, for a program that changed its own page tables could see what the TLB still holds. */
#define TABLE 0x80800000
#define PIECES 0x80801000
#define COUNTER 0x80802000
#define TABLES_MEGAPAGE 4
/* From memory to where it is the pieces'. */
#define OTHER_PLACE 0x40000000

    .section .setup, "ax"
    .option norvc
    j start
    .word 0
    .quad BIT_OFFSET
    .quad end - begin
    .quad 0
    .word 2, 0
    .quad 0
    .ascii "RISCV\0\0\0RSC\5"
    .word 0
    .set begin, 0x80200000
    .text
start:
    li t0, COUNTER
    sd zero, 0(t0)
    /* Gigabytes: devices; memory for the kernel; the same memory where the pieces run, for them. */
    li t0, TABLE
    li t1, 0xcf + USER * 0x10
    sd t1, 0(t0)
    li t1, 0x200000cf
    sd t1, 16(t0)
    li t1, 0x20200401
    sd t1, 24(t0)
    li t0, PIECES
    li t1, 0x200000cf + USER * 0x10
    li t2, 0
1:  sd t1, 0(t0)
    addi t0, t0, 8
    li t3, 0x80000
    add t1, t1, t3
    addi t2, t2, 1
    li t3, 512
    bne t2, t3, 1b
    li t0, PIECES
    sd zero, 8 * TABLES_MEGAPAGE(t0)
    li t0, TABLE
    li t0, 0x8000000000080800
    csrw satp, t0
    sfence.vma

    .balign 4
next:
    la t0, next
    csrw stvec, t0
    li t0, SPP
    csrc sstatus, t0
    li t0, SPIE | FS_VS_SUM_MXR | (1 - USER) * SPP
    csrs sstatus, t0
    li t0, COUNTER
    ld t1, 0(t0)
    addi t2, t1, 1
    sd t2, 0(t0)
    li t2, BLOCKS
    bgeu t1, t2, done
    slli t1, t1, 6
    la t2, area
    add t1, t1, t2
    li t2, OTHER_PLACE
    add t1, t1, t2
    csrw sepc, t1
    la x31, registers
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    fld f\n, 8 * \n(x31)
    .endr
    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ld x\n, 8 * \n(x31)
    .endr
    sret
done:
    li t0, FINISHER
    li t1, 0x5555
    sw t1, 0(t0)
    j .

    .balign 64
registers:
    .skip 32 * 8
area:
    .skip BLOCKS * 64
end:
