/* The first instructions of the kernel proper: addresses physical, to C at KERNEL_BASE.
 *
 * image/ has unpacked us to some page of physical memory.
 *
 * The page tables made here map only the kernel, at KERNEL_BASE. They are the final ones: early.c
 * adds the direct map to the same root. Nothing is mapped one to one: the first fetch after paging
 * is on faults, and the trap goes to where stvec says, at our new address.
 *
 * On entry: interrupts off, a0 = hart id, a1 = device tree, a2 and a3 = first byte of the image and
 * of the payload behind it. */
#include "arch/cpu-bits.h"
#include "arch/platform/refuse.h"

#define PTE_TABLE 0x01          /* valid */
#define PTE_KERNEL 0xef         /* valid, read, write, execute, global, accessed, dirty */

/* table[index] = a page-table entry that points to the table `to` */
.macro POINT table, index, to
    la t0, \table + \index * 8
    la t1, \to
    srli t1, t1, 2
    ori t1, t1, PTE_TABLE
    sd t1, (t0)
.endm

/* The value of a word in this section. */
.macro LOAD register, word
    la \register, \word
    ld \register, (\register)
.endm

    .section .head, "ax"
    .globl start
start:
    j 1f

boot_home:
    .quad boot_at_home          /* addresses in the linked kernel */
secondary_home:
    .quad secondary_at_home

1:  la s2, kernel_start         /* where we were unpacked */
    mv s3, a0
    mv s4, a1
    mv s5, a2
    mv s6, a3

    // KERNEL_BASE is entry 511 of a level-3 table, 510 of a level-2 one, 0 of a level-1 one
    POINT boot_root_sv48, 511, boot_root_sv39
    POINT boot_root_sv39, 510, boot_pd_kernel
    POINT boot_pd_kernel, 0, boot_pt_kernel
    // page by page; arch_init_memory() takes the rights away later
    la t0, boot_pt_kernel
    la t2, kernel_end
    sub t2, t2, s2
    srli t2, t2, 12
    srli t1, s2, 2
    ori t1, t1, PTE_KERNEL
1:  sd t1, (t0)
    addi t1, t1, 1 << 10
    addi t0, t0, 8
    addi t2, t2, -1
    bnez t2, 1b

    // Sv48 where the hart has it, else Sv39: a mode that it lacks makes the write to satp do nothing
    // (privileged specification 1.12, 4.1.11). Why not Sv57: layout.h
    LOAD t0, boot_home
    csrw stvec, t0
    sfence.vma
    la t0, boot_root_sv48
    srli t0, t0, 12
    li t1, SATP_SV48 << SATP_MODE_SHIFT
    or t0, t0, t1
    csrw satp, t0
    la t0, boot_root_sv39
    srli t0, t0, 12
    li t1, SATP_SV39 << SATP_MODE_SHIFT
    or t0, t0, t1
    csrw satp, t0

    // neither: nothing else can run
    la s2, no_paging_text
    SAY s2
    SWITCH_OFF_FAILED
    .pushsection .rodata
no_paging_text:
    .asciz "catkernel: This hart has neither Sv48 nor Sv39: there is no paging to protect the kernel with.\r\n"
    .popsection

    .balign 4
boot_at_home:
    la sp, boot_stack_top
    la tp, boot_cpu
    li s0, 0
    la t0, kernel_satp
    csrr t1, satp
    sd t1, (t0)
    mv a0, s3
    mv a1, s4
    mv a2, s2
    mv a3, s5
    mv a4, s6
    call boot_main              /* (hart, device tree, kernel, image, payload: addresses) */
    unimp

/* Where the firmware starts another hart: a0 = hart id, a1 = its struct cpu (SBI specification,
 * HSM). */
    .balign 4
    .globl smp_start_hart
smp_start_hart:
    csrw sie, zero
    csrci sstatus, SSTATUS_SIE
    LOAD t0, secondary_home
    csrw stvec, t0
    LOAD t0, kernel_satp
    sfence.vma
    csrw satp, t0
1:  j 1b                        /* a hart without the boot hart's mode stays here */

    .balign 4
secondary_at_home:
    mv tp, a1
    ld sp, CPU_STACK_TOP(tp)
    li s0, 0
    mv a0, tp
    call cpu_init_traps
    mv a0, tp
    call smp_hart_main
    unimp

    .data
    .balign 8
    .globl kernel_satp
kernel_satp:
    .quad 0

    /* Below the stack lies the read-only page that ends .rodata: running over faults. */
    .section .bss.boot_stack, "aw", @nobits
    .balign 4096
    .globl boot_stack, boot_stack_top
boot_stack:
    .skip 8192
boot_stack_top:

    .section .bss.page_tables, "aw", @nobits
    .balign 4096
    .globl boot_root_sv48, boot_root_sv39, boot_pt_kernel, boot_pd_first, boot_pd_second
boot_root_sv48:
    .skip 4096
boot_root_sv39:
    .skip 4096
boot_pd_kernel:
    .skip 4096
boot_pt_kernel:
    .skip 4096
boot_pd_first:                  /* for the direct map, before there is memory to take tables from */
    .skip 4096
boot_pd_second:
    .skip 4096
