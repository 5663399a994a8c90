/* Runs BLOCKS pieces of 64 bytes that somebody else has put at `area`, one after the other: every interrupt and every
 * exception, whichever, goes on with the next one, behind the last the machine ends. Before each piece all registers are
 * loaded from `registers`. USER says whether the pieces are a program's or the kernel's.
 * Linux Documentation/arch/x86/boot.rst; Intel SDM volume 3A, 6.14 and 9.8.5. */
#define CODE_64 0x08
#define DATA_64 0x10
#define USER_DATA 0x23
#define USER_CODE 0x2b
#define TASK 0x30
#define DEBUG_EXIT 0xf4
#define RFLAGS 0x202
/* Tables and stacks: PML4, PDPT, the first gigabyte, the one with the devices, IDT, TSS. In the 2 MiB that are nobody
 * else's, for a program that changed its own page tables could see what the TLB still holds. */
#define PML4 0x800000
#define PDPT 0x801000
#define PD 0x802000
#define PD_DEVICES 0x803000
#define IDT 0x804000
#define TSS 0x805000
#define STACK 0x807000
#define COUNTER 0x807000

    .section .setup, "ax"
    .org 0x1f1
    .byte 1
    .word 0
    .long 0x1000
    .word 0, 0, 0, 0xaa55
    .byte 0xeb, 0x5e
    .ascii "HdrS"
    .word 0x020c
    .long 0
    .word 0, 0
    .byte 0, 1
    .word 0
    .long 0x100000, 0, 0, 0
    .word 0
    .byte 0, 0
    .long 0, 0x7fffffff, 0x1000
    .byte 0, 12
    .word 0
    .long 255
    .org 0x400

    .text
    .code32
start:
    lgdtl gdt_pointer
    movl $DATA_64, %eax
    movl %eax, %ss
    movl $STACK, %esp
    cld
    movl $PML4, %edi
    movl $(COUNTER + 0x1000 - PML4) / 4, %ecx
    xorl %eax, %eax
    rep stosl
    movl $PDPT + 3 + 4 * USER, PML4
    movl $PD + 3 + 4 * USER, PDPT
    movl $PD_DEVICES + 3 + 4 * USER, PDPT + 24
    movl $0x83 + 4 * USER, %eax
    xorl %ecx, %ecx
1:  movl %eax, PD(, %ecx, 8)
    movl %eax, PD_DEVICES(, %ecx, 8)
    orl $0xc0000000, PD_DEVICES(, %ecx, 8)
    addl $0x200000, %eax
    incl %ecx
    cmpl $512, %ecx
    jne 1b
    andl $~4, PD + 8 * (PML4 / 0x200000)
    /* Every gate leads to `next`, on the first stack of the task. */
    xorl %ecx, %ecx
2:  movl $next, %eax
    andl $0xffff, %eax
    orl $CODE_64 << 16, %eax
    movl %eax, IDT(, %ecx, 8)
    movl $next, %eax
    andl $0xffff0000, %eax
    orl $0x8e01, %eax
    movl %eax, IDT + 4(, %ecx, 8)
    addl $2, %ecx
    cmpl $512, %ecx
    jne 2b
    movl $STACK, TSS + 4
    movl $STACK, TSS + 36
    movl $0x6a0, %eax           /* PAE, PGE, OSFXSR, OSXMMEXCPT */
    movl %eax, %cr4
    movl $PML4, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x901, %eax            /* SCE, LME, NXE */
    wrmsr
    movl $0xc0000082, %ecx      /* LSTAR */
    movl $next, %eax
    xorl %edx, %edx
    wrmsr
    movl $0xc0000081, %ecx      /* STAR */
    movl $0x1b0008, %edx
    xorl %eax, %eax
    wrmsr
    movl $0x80010033, %eax
    movl %eax, %cr0
    ljmp $CODE_64, $start_64
    .code64
start_64:
    lidt idt_pointer
    movw $TASK, %ax
    ltr %ax
next:
    cld
    movq $STACK, %rsp
    movl COUNTER, %eax
    incl COUNTER
    cmpl $BLOCKS, %eax
    jae done
    shll $6, %eax
    addl $area, %eax
    .if USER
    pushq $USER_DATA
    .else
    pushq $DATA_64
    .endif
    pushq registers + 32
    pushq $RFLAGS
    .if USER
    pushq $USER_CODE
    .else
    pushq $CODE_64
    .endif
    pushq %rax
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movdqu registers + 8 * \n, %xmm\n
    .endr
    movq registers + 8, %rcx
    movq registers + 16, %rdx
    movq registers + 24, %rbx
    movq registers + 40, %rbp
    movq registers + 48, %rsi
    movq registers + 56, %rdi
    .irp n, 8, 9, 10, 11, 12, 13, 14, 15
    movq registers + 8 * \n, %r\n
    .endr
    movq registers, %rax
    iretq
done:
    xorl %eax, %eax
    outb %al, $DEBUG_EXIT
    hlt

    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff    /* CODE_64 */
    .quad 0x00cf93000000ffff    /* DATA_64 */
    .quad 0x00cf9b000000ffff
    .quad 0x00cff3000000ffff    /* USER_DATA */
    .quad 0x00affb000000ffff    /* USER_CODE */
    .quad 0x0000898050000067, 0 /* TASK: TSS at 805000h */
gdt_pointer:
    .word 0x3f
    .long gdt, 0
idt_pointer:
    .word 0xfff
    .quad IDT

    .balign 64
registers:
    .skip 32 * 8
area:
    .skip BLOCKS * 64
