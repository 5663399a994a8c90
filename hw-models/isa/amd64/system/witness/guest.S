/* From the boot protocol's real-mode or 32-bit entry to C in long mode, and the doors in and out of what is tried.
 * (Linux Documentation/arch/x86/boot.rst; Intel SDM volume 3A, 6.14 and 9.8.5.) */
#define CODE_64 0x08
#define DATA_64 0x10
#define CODE_32 0x18
#define USER_DATA 0x23
#define USER_CODE 0x2b
#define TASK 0x30

    .section .setup, "ax"
    .code16
setup:
    .org 0x1f1
    .byte 1                     /* setup_sects: one behind the first */
    .word 0
    .long 0x1000
    .word 0, 0, 0, 0xaa55
    .byte 0xeb, entry_16 - 1f
1:  .ascii "HdrS"
    .word 0x020c
    .long 0
    .word 0, 0
    .byte 0, 1                  /* LOADED_HIGH */
    .word 0
    .long 0x100000, 0, 0, 0
    .word 0
    .byte 0, 0
    .long 0, 0x7fffffff, 0x1000
    .byte 0, 12
    .word 0
    .long 255
    .org 0x260
entry_16:
    cli
    xorl %ebx, %ebx
    movw %ds, %bx
    shll $4, %ebx
    addl %ebx, gdt_16_pointer + 2 - setup
    lgdtl gdt_16_pointer - setup
    movl $1, %eax
    movl %eax, %cr0
    movw $0x10, %ax
    movw %ax, %ds
    ljmpl $CODE_32, $start_32
    .balign 8
gdt_16:
    .quad 0, 0, 0x00cf93000000ffff, 0x00cf9b000000ffff
gdt_16_pointer:
    .word 31
    .long gdt_16 - setup

    .section .head, "ax"
    .code32
    .globl start_32
start_32:
    movl $stack_top, %esp
    lgdtl gdt_pointer
    movl $DATA_64, %eax
    movl %eax, %ss
    /* one to one, 2 MiB pages: 0-1 GiB for the kernel, and the same memory at 1 GiB for programs */
    movl $pdpt + 7, pml4
    movl $pd + 3, pdpt
    movl $pd_user + 7, pdpt + 8
    movl $pd_target + 7, pdpt + 16
    movl $0x83, %eax
    xorl %ecx, %ecx
1:  movl %eax, pd(, %ecx, 8)
    orl $4, %eax
    movl %eax, pd_user(, %ecx, 8)
    andl $~4, %eax
    addl $0x200000, %eax
    incl %ecx
    cmpl $512, %ecx
    jne 1b
    movl $pt_target + 7, pd_target
    movl $0x6a0, %eax           /* PAE, PGE, OSFXSR, OSXMMEXCPT */
    movl %eax, %cr4
    movl $pml4, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x901, %eax            /* SCE, LME, NXE */
    wrmsr
    movl $0x80010033, %eax
    movl %eax, %cr0
    ljmp $CODE_64, $start_64
    .code64
start_64:
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movq $task, %rax
    movw %ax, gdt + TASK + 2
    shrq $16, %rax
    movb %al, gdt + TASK + 4
    movw $TASK, %ax
    ltr %ax
    xorl %ebp, %ebp
    call guest_main
2:  hlt
    jmp 2b

    .balign 8
    .globl gdt
gdt:
    .quad 0
    .quad 0x00af9b000000ffff    /* 0x08 CODE_64 */
    .quad 0x00cf93000000ffff    /* 0x10 DATA_64 */
    .quad 0x00cf9b000000ffff    /* 0x18 CODE_32 */
    .quad 0x00cff3000000ffff    /* 0x20 USER_DATA */
    .quad 0x00affb000000ffff    /* 0x28 USER_CODE */
    .quad 0x0000890000000067, 0 /* 0x30 task */
    .quad 0x00cf13000000ffff    /* 0x40 data, not present */
    .quad 0x00cf91000000ffff    /* 0x48 data, not writable */
    .quad 0x00af1b000000ffff    /* 0x50 code, not present */
    .quad 0x0040f5000000000b    /* 0x58 user data whose limit says something */
    .quad 0x00af9f000000ffff    /* 0x60 conforming code */
    .quad 0x00efff000000ffff    /* 0x68 both L and D */
gdt_pointer:
    .word 0x6f
    .long gdt, 0

    .text
/* void run(const void *code, u64 ring, u64 argument, u64 flags): goes there, and comes back by whatever trap. */
    .globl run
run:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, run_stack
    movq %rdi, %rax
    movq %rdx, %rdi
    testq %rsi, %rsi
    jnz 1f
    pushq $DATA_64
    leaq try_stack_top, %rdx
    pushq %rdx
    pushq %rcx
    pushq $CODE_64
    pushq %rax
    jmp 2f
1:  pushq $USER_DATA
    leaq try_stack_top + 0x40000000, %rdx
    pushq %rdx
    pushq %rcx
    pushq $USER_CODE
    addq $0x40000000, %rax
    pushq %rax
2:  movl $0x11111111, %eax
    movl $0x22222222, %edx
    iretq

    .globl stubs
    .balign 16
stubs:
    .set vector, 0
    .rept 256
    .balign 16
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17)
    pushq $0
    .endif
    pushq $vector
    jmp came
    .set vector, vector + 1
    .endr
    .balign 16
came:
    movq %rax, came_rax
    popq came_frame
    popq came_frame + 8
    popq came_frame + 16
    popq came_frame + 24
    popq came_frame + 32
    popq came_frame + 40
    popq came_frame + 48
    movq %cr2, %rax
    movq %rax, came_frame + 56
    movq %rcx, came_rcx
    movq %r11, came_r11
back:
    movq run_stack, %rsp
    pushq $2
    popfq
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

/* SYSCALL's target: the same record, with what the instruction left. */
    .globl system_entry
system_entry:
    movq $0x100, came_frame
    movq %r11, came_frame + 32
    movq %rcx, came_frame + 16
    movq %rax, came_rax
    pushfq
    popq came_frame + 8
    movl %cs, %eax
    movq %rax, came_frame + 24
    movl %ss, %eax
    movq %rax, came_frame + 48
    movq %rsp, came_frame + 40
    jmp back

    .globl read_byte, write_byte, fetch_byte
read_byte:
    movb 16(%rdi), %al
    int $0x80
write_byte:
    movb %al, 16(%rdi)
    int $0x80
fetch_byte:
    jmp *%rdi

    .bss
    .globl came_frame, came_rax, came_rcx, came_r11, task, pd_target, pt_target, target
    .balign 16
came_frame: .skip 64
came_rax: .skip 8
came_rcx: .skip 8
came_r11: .skip 8
run_stack: .skip 8
    .balign 16
    .skip 4096
stack_top:
    .skip 4096
try_stack_top:
    .skip 4096
task: .skip 104
    .balign 4096
pml4: .skip 4096
pdpt: .skip 4096
pd: .skip 4096
pd_user: .skip 4096
pd_target: .skip 4096
pt_target: .skip 4096
target: .skip 4096
