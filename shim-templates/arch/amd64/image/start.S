/* Where a loader enters: the 32-bit entry at the load address, the 64-bit one 0x200 behind it (Linux
 * Documentation/arch/x86/boot.rst). Both find a place for the kernel proper, unpack it there, and enter
 * it as if a loader had put it there: %esi = zero page, %ebx and %edi = first and last+1 byte of this
 * image, the latter being the payload's first.
 *
 * We run wherever we were loaded, and write to nothing of ours. The first stack is the part of the
 * zero page that holds disk geometry (EDD), which we do not use; the second lies behind the kernel. */
#define ZERO_PAGE_STACK 0xeec   /* end of eddbuf (zero-page.rst) */
#define MSR_EFER 0xc0000080
#define EFER_LME 0x100
#define CR0_PG 0x80000000
#define CODE_32 0x10
#define DATA_32 0x18

    .section .head, "ax"
    .code32
    .globl image_start_32
image_start_32:
    cld
    cli
    leal ZERO_PAGE_STACK(%esi), %esp
    call 1f
1:  popl %ebx
    subl $(1b - image_start_32), %ebx
    leal image_size(%ebx), %edi

    // a place in memory; there is none: nothing can run here, and nobody could read a message's end
    pushl $place_size
    pushl %edi
    pushl %ebx
    pushl %esi
    call find_place             /* (zero page, image, image end, size), %eax = address or 0 */
    testl %eax, %eax
    jz no_place

    // what unpacking needs beside the kernel lies behind it, then the second stack, all within the place
    movl %eax, %ebp
    leal place_size(%eax), %esp
    leal body_offset(%ebx), %ecx
    leal body_size(%eax), %edx
    pushl %edx
    pushl $body_size
    pushl %ebp
    pushl $packed_size
    pushl %ecx
    call unpack                 /* (from, size, to, size, scratch), %eax = bytes written */
    cmpl $body_size, %eax
    jne broken
    jmp *%ebp

no_place:
    leal (no_place_text - image_start_32)(%ebx), %esi
    jmp say
broken:
    leal (broken_text - image_start_32)(%ebx), %esi
say:
    // straight to the first serial port: there is no kernel yet to do it better
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
no_place_text:
    .asciz "catkernel: This machine's memory has no room for the kernel beside the image. Give it more memory (QEMU: -m).\r\n"
broken_text:
    .asciz "catkernel: The kernel in this image is damaged and cannot be unpacked. Build or copy the image again.\r\n"

    .balign 8
gdt:
    .quad 0, 0
    .quad 0x00cf9b000000ffff    /* CODE_32: flat 4 GiB */
    .quad 0x00cf93000000ffff    /* DATA_32: flat 4 GiB */

    .org 0x200
    .code64
start_64:
    // back to 32-bit mode: the protocol maps us and the zero page one to one, below 4 GiB
    cld
    cli
    leaq ZERO_PAGE_STACK(%rsi), %rsp
    leaq gdt(%rip), %rax
    subq $16, %rsp
    movw $31, (%rsp)
    movq %rax, 2(%rsp)
    lgdtq (%rsp)
    pushq $CODE_32
    leaq 1f(%rip), %rax
    pushq %rax
    lretq
    .code32
1:  movl $DATA_32, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl %cr0, %eax
    andl $~CR0_PG, %eax
    movl %eax, %cr0
    movl $MSR_EFER, %ecx
    rdmsr
    andl $~EFER_LME, %eax
    wrmsr
    xorl %eax, %eax
    movl %eax, %cr4
    jmp image_start_32
