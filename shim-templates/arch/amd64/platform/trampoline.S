/* The first steps of a CPU that smp.c starts: from real mode straight to long mode.
 *
 * Copied to a page below 640 KiB; runs there with cs = page / 16, ip = 0. All CPUs run it at the
 * same time, so it only reads: what depends on the page was filled in before. */
#include "arch/cpu-bits.h"

#define AT(symbol) (symbol - trampoline_start)
#define CPU_STACK_TOP 8
#define CPU_HW_ID 36

    .section .rodata.trampoline, "a"
    .globl trampoline_start, trampoline_end, trampoline_values
    .balign 16
    .code16
trampoline_start:
    cli
    cld
    movw %cs, %ax
    movw %ax, %ds
    lgdtl AT(gdt_pointer)
    movl $(CR4_PAE | CR4_PGE), %eax
    movl %eax, %cr4
    movl AT(trampoline_values), %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $(EFER_LME | EFER_NXE), %eax
    wrmsr
    movl $CR0_KERNEL, %eax
    movl %eax, %cr0             // protected mode and paging, therefore long mode, in one step
    ljmpl *AT(jump)

    .code64
long_mode:
    movabsq $secondary_entry, %rax
    jmp *%rax

    .balign 8
gdt:
    .quad 0, 0
    .quad 0x00af9b000000ffff    /* KERNEL_CS */

    .balign 4
trampoline_values:              /* struct trampoline_data */
    .long 0
gdt_pointer:
    .word 23
    .long AT(gdt)
jump:
    .long AT(long_mode)
    .word KERNEL_CS
trampoline_end:

    .text
secondary_entry:
    movq starting_root(%rip), %rax
    movq %rax, %cr3             // drops the one-to-one map
    // who am I? x2APIC ids have 32 bits, in CPUID 0Bh; else 8 bits in CPUID 1
    xorl %eax, %eax
    cpuid
    cmpl $11, %eax
    jb 1f
    movl $11, %eax
    xorl %ecx, %ecx
    cpuid
    testl %ebx, %ebx
    jz 1f
    movl %edx, %eax
    jmp 2f
1:  movl $1, %eax
    cpuid
    shrl $24, %ebx
    movl %ebx, %eax
2:  // whose stack is mine?
    leaq starting_cpus(%rip), %rsi
3:  movq (%rsi), %rdi
    addq $8, %rsi
    testq %rdi, %rdi
    jz 4f
    cmpl %eax, CPU_HW_ID(%rdi)
    jne 3b
    movq CPU_STACK_TOP(%rdi), %rsp
    xorl %ebp, %ebp
    call secondary_main
4:  cli                         // nobody asked for this CPU
    hlt
    jmp 4b
