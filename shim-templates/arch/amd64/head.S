/* The first instructions of the kernel proper: from 32-bit mode to C at KERNEL_BASE.
 *
 * image/ has unpacked us to some page of physical memory below 4 GiB; %rbp holds which one. The
 * tables made here map 1 GiB around that place one to one (for the jump itself) and the kernel at
 * KERNEL_BASE. They are the final ones: early.c adds the direct map to the same root and recycles
 * what only the jump needed.
 *
 * On entry: interrupts off, %esi = zero page, %ebx and %edi = first byte of the image and of the
 * payload behind it. Nothing else is relied on, not even a stack. */
#include "arch/cpu-bits.h"
#include "arch/platform/boot-params.h"

#define TABLE 3           /* present, writable */
#define PAGE_HUGE 0x83    /* the same, and 2 MiB */
#define AT_LOAD(symbol) (symbol - KERNEL_BASE_LINKED)
    .set KERNEL_BASE_LINKED, 0xffffffff80000000

    .section .head, "ax"
    .code32
    .globl start_32
start_32:
    cld
    cli
    // where are we? boot_params.scratch is four bytes of stack, made for this
    leal 0x1e8(%esi), %esp
    call 1f
1:  popl %ebp
    subl $(1b - start_32), %ebp
    leal AT_LOAD(boot_stack_top)(%ebp), %esp
    movl %ebx, AT_LOAD(image_at)(%ebp)
    movl %edi, AT_LOAD(payload_at)(%ebp)

    // long mode at all?
    movl $0x80000000, %eax
    cpuid
    cmpl $0x80000001, %eax
    jb no_long_mode
    movl $0x80000001, %eax
    cpuid
    btl $29, %edx
    jnc no_long_mode

    // a root that maps our GiB and the next one to one: enough to reach start_64 and its tables
    leal AT_LOAD(boot_pml4)(%ebp), %edi
    leal (AT_LOAD(boot_pdpt_low) + TABLE)(%ebp), %eax
    movl %eax, (%edi)
    leal AT_LOAD(boot_pdpt_low)(%ebp), %edi
    movl %ebp, %edx
    shrl $30, %edx
    leal (AT_LOAD(boot_pd_low) + TABLE)(%ebp), %eax
    movl %eax, (%edi, %edx, 8)
    leal (AT_LOAD(boot_pd_next) + TABLE)(%ebp), %eax
    movl %eax, 8(%edi, %edx, 8)
    leal AT_LOAD(boot_pd_low)(%ebp), %edi // boot_pd_next lies right behind it
    shll $30, %edx
    orl $PAGE_HUGE, %edx
    movl $1024, %ecx
1:  movl %edx, (%edi)
    addl $0x200000, %edx
    addl $8, %edi
    decl %ecx
    jnz 1b

    leal AT_LOAD(early_gdt)(%ebp), %eax
    movl %eax, AT_LOAD(early_gdt_pointer + 2)(%ebp)
    lgdtl AT_LOAD(early_gdt_pointer)(%ebp)
    movl $CR4_PAE, %eax
    movl %eax, %cr4
    leal AT_LOAD(boot_pml4)(%ebp), %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $EFER_LME, %eax
    wrmsr
    movl $CR0_KERNEL, %eax
    movl %eax, %cr0
    pushl $KERNEL_CS
    leal AT_LOAD(from_32)(%ebp), %eax
    pushl %eax
    lretl
    .code64
from_32:
    movl %esi, %esi // the upper half is undefined after the switch
    jmp start_64
    .code32

no_long_mode:
    // the only message there is before C: straight to the first serial port
    leal AT_LOAD(no_long_mode_text)(%ebp), %esi
    movl $0x3f8, %edx
1:  lodsb
    testb %al, %al
    jz 2f
    outb %al, %dx
    jmp 1b
2:  movl $0x7e, %eax            /* QEMU's isa-debug-exit, where there is one: status 126 */
    outb %al, $0xf4
3:  hlt
    jmp 3b
no_long_mode_text:
    .asciz "catkernel: This CPU has no 64-bit mode (QEMU: choose another -cpu).\r\n"

    .code64
start_64:
    leaq start_32(%rip), %rbp
    movq %rsi, %r12

    // one to one: our GiB and the next
    leaq boot_pml4(%rip), %r8
    leaq boot_pdpt_low(%rip), %rdi
    leaq boot_pd_low(%rip), %rsi
    movq %rbp, %rdx
    shrq $39, %rdx
    leaq TABLE(%rdi), %rax
    movq %rax, (%r8, %rdx, 8)
    movq %rbp, %rdx
    shrq $30, %rdx
    andl $511, %edx
    leaq TABLE(%rsi), %rax
    movq %rax, (%rdi, %rdx, 8)
    addq $4096, %rax
    incl %edx
    andl $511, %edx
    movq %rax, (%rdi, %rdx, 8)
    movq %rbp, %rdx
    andq $-(1 << 30), %rdx
    orq $PAGE_HUGE, %rdx
    movl $1024, %ecx
1:  movq %rdx, (%rsi)
    addq $0x200000, %rdx
    addq $8, %rsi
    decl %ecx
    jnz 1b

    // the kernel at KERNEL_BASE, page by page; arch_init_memory() takes the rights away later
    leaq (boot_pdpt_kernel + TABLE)(%rip), %rax
    movq %rax, (511 * 8)(%r8)
    leaq (boot_pd_kernel + TABLE)(%rip), %rax
    movq %rax, boot_pdpt_kernel + 510 * 8(%rip)
    leaq (boot_pt_kernel + TABLE)(%rip), %rax
    movq %rax, boot_pd_kernel(%rip)
    leaq boot_pt_kernel(%rip), %rdi
    leaq TABLE(%rbp), %rax
    movl $kernel_pages, %ecx
1:  movq %rax, (%rdi)
    addq $4096, %rax
    addq $8, %rdi
    decl %ecx
    jnz 1b

    movl $(CR4_PAE | CR4_PGE), %eax
    movq %rax, %cr4
    movl $CR0_KERNEL, %eax
    movq %rax, %cr0
    movq %r8, %cr3
    movq $1f, %rax
    jmp *%rax
1:
    // at home: C on the boot stack
    movq $boot_stack_top, %rsp
    xorl %ebp, %ebp
    movq %r12, %rdi
    movq %cr3, %rsi
    subq $AT_LOAD(boot_pml4), %rsi // physical address of the first byte
    call boot_main
    ud2

    .balign 8
early_gdt:
    .quad 0, 0
    .quad 0x00af9b000000ffff    /* KERNEL_CS: 64-bit code */
    .quad 0x00cf93000000ffff    /* KERNEL_DS */
early_gdt_pointer:
    .word 31
    .long 0

    /* Below the stack lies the read-only page that ends .rodata: running over faults. */
    .section .bss.boot_stack, "aw", @nobits
    .balign 4096
    .globl boot_stack, boot_stack_top
boot_stack:
    .skip 8192
boot_stack_top:

    .section .bss.page_tables, "aw", @nobits
    .balign 4096
    .globl boot_pml4, boot_pdpt_low, boot_pd_low, boot_pd_next, boot_pt_kernel
boot_pml4:
    .skip 4096
boot_pdpt_low:
    .skip 4096
boot_pd_low:
    .skip 4096
boot_pd_next:
    .skip 4096
boot_pdpt_kernel:
    .skip 4096
boot_pd_kernel:
    .skip 4096
boot_pt_kernel:
    .skip 4096
