/* What is tried, one snippet each: in ring 0 or 3, with %rdi = the address of a page that is not present, interrupts
 * on, %eax = 11111111h, %edx = 22222222h. INT 80h ends what goes well. Long because it is a list. */
.macro DONE
    int $0x80
.endm
.macro TRY name, ring
    .pushsection .rodata
9:  .asciz "\name"
    .popsection
    .pushsection .cases, "a"
    .quad 9b, 8f, \ring
    .popsection
    .text
    DONE
    .balign 64
8:
.endm

    .section .cases, "a"
    .globl cases_start
cases_start:
    .text

    /* TF: a trap after the instruction behind the one that sets it (SDM 3B, 18.3.1.4) */
.macro STEP
    pushfq
    orl $0x100, (%rsp)
    popfq
.endm
TRY "a single step in ring 3", 3
    STEP
    nop
    nop
    DONE
TRY "a single step in ring 0", 0
    STEP
    nop
    nop
    DONE
TRY "a step that jumps", 3
    STEP
    jmp 1f
    nop
1:  nop
    DONE
TRY "a step that is a call", 3
    STEP
    call 1f
    nop
1:  nop
    DONE
TRY "a step that clears TF is followed by a trap all the same", 3
    pushq $2
    pushfq
    orl $0x100, (%rsp)
    popfq
    popfq
    nop
    nop
    DONE
TRY "a step that faults", 3
    STEP
    movq 8(%rdi), %rax
    DONE
TRY "a step that is no instruction", 3
    STEP
    ud2
    DONE
TRY "a step that is INT n", 3
    STEP
    DONE
TRY "a step that is SYSCALL", 3
    STEP
    syscall
    DONE
TRY "a step that is CPUID", 3
    STEP
    cpuid
    movl $1, %eax
    DONE
TRY "a step that loops", 3
    movl $3, %ecx
    STEP
1:  loop 1b
    DONE

TRY "a step of a repeated instruction", 3
    movq %rsp, %rdi
    movl $3, %ecx
    STEP
    rep stosb
    nop
    DONE
TRY "the last step of a repeated instruction", 3
    leaq -64(%rsp), %rdi
    movl $1, %ecx
    STEP
    rep stosb
    nop
    DONE

    /* Exceptions and what their frames say (SDM 3A, 6.14, 6.15) */
TRY "nothing in ring 0", 0
    DONE
TRY "nothing in ring 3", 3
    DONE
TRY "INT3", 3
    int3
TRY "UD2", 3
    ud2
TRY "divide by zero", 3
    xorl %ecx, %ecx
    divl %ecx
TRY "a trap gate leaves IF alone", 3
    int $0x81
TRY "a gate that programs may not use", 3
    int $0x21
TRY "the same from the kernel", 0
    int $0x21
TRY "a gate that is not present", 3
    int $0x82
TRY "a gate without a segment", 3
    int $0x83
TRY "a gate whose segment is not present", 3
    int $0x84
TRY "a gate to data", 3
    int $0x85
TRY "a gate of another kind", 3
    int $0x86
TRY "a gate whose stack is not there", 3
    int $0x87
TRY "a gate to 32-bit code", 3
    int $0x88
TRY "a gate beyond the descriptor table", 3
    int $0x89
TRY "a gate beyond the interrupt table", 3
    int $0x90
TRY "INTO has no encoding", 3
    .byte 0xce
TRY "a page that is not there, in ring 0", 0
    movq 8(%rdi), %rax
TRY "a page that is not there, in ring 3", 3
    movq 8(%rdi), %rax
TRY "a write across its border", 3
    movq %rax, -4(%rdi)
TRY "a stack that is not there, in ring 0: double fault", 0
    leaq 64(%rdi), %rsp
    pushq %rax
TRY "flags in the frame", 3
    pushq $0x8d5
    popfq
    std
    DONE
TRY "the direction and the carry stay in the handler's flags", 0
    std
    stc
    DONE

    /* Addresses that are not canonical (SDM 3A, 3.3.7.1) */
TRY "a read that is not canonical", 3
    movabsq $0x800000000000, %rcx
    movq (%rcx), %rax
TRY "a write that is not canonical", 0
    movabsq $0xffff7fffffffffff, %rcx
    movb %al, (%rcx)
TRY "a stack operand that is not canonical", 3
    movabsq $0x800000000000, %rbp
    movq (%rbp), %rax
TRY "a push that is not canonical", 3
    movabsq $0x800000000040, %rsp
    pushq %rax
TRY "a jump that is not canonical", 3
    movabsq $0x800000000000, %rcx
    jmp *%rcx

    /* What only the kernel may do */
TRY "HLT in ring 3", 3
    hlt
TRY "CLI in ring 3", 3
    cli
TRY "STI in ring 3", 3
    sti
TRY "OUT in ring 3", 3
    outb %al, $0x80
TRY "IN in ring 3", 3
    inl %dx, %eax
TRY "MOV from CR0 in ring 3", 3
    movq %cr0, %rax
TRY "RDMSR in ring 3", 3
    rdmsr
TRY "SWAPGS in ring 3", 3
    swapgs
TRY "LGDT in ring 3", 3
    lgdt (%rdi)
TRY "INVLPG in ring 3", 3
    invlpg (%rdi)
TRY "WBINVD in ring 3", 3
    wbinvd
TRY "CLTS in ring 3", 3
    clts
TRY "STAC in ring 3", 3
    stac
TRY "SYSRET in ring 3", 3
    sysretq
TRY "XSETBV without OSXSAVE", 0
    xsetbv
TRY "XGETBV without OSXSAVE", 3
    xgetbv
TRY "RDFSBASE without FSGSBASE", 3
    rdfsbase %rax
TRY "SGDT with UMIP", 3
    sgdt (%rdi)
TRY "STR with UMIP", 3
    str %eax
TRY "SMSW with UMIP", 3
    smsw %eax
TRY "POPF in ring 3 leaves IF and IOPL", 3
    pushq $0x3000
    popfq
    DONE
TRY "POPF in ring 0", 0
    pushq $0x3000
    popfq
    DONE

    /* Registers that refuse values */
TRY "an MSR that is not there", 0
    movl $0x12345678, %ecx
    rdmsr
TRY "LSTAR that is not canonical", 0
    movl $0xc0000082, %ecx
    movl $0x8000, %edx
    wrmsr
TRY "a control register that is not there", 0
    .byte 0x0f, 0x20, 0xc8
TRY "CR8 above 15", 0
    movl $16, %eax
    movq %rax, %cr8
TRY "CR8", 0
    movl $5, %eax
    movq %rax, %cr8
    xorl %eax, %eax
    movq %cr8, %rax
    xorl %ecx, %ecx
    movq %rcx, %cr8
    DONE

    /* Segment registers (SDM 2, MOV, LAR, LSL, VERR) */
TRY "a null data segment", 3
    xorl %eax, %eax
    movl %eax, %ds
    DONE
TRY "a null stack in ring 0", 0
    xorl %eax, %eax
    movl %eax, %ss
    DONE
TRY "a null stack in ring 3", 3
    movl $3, %eax
    movl %eax, %ss
TRY "the kernel's data in ring 3", 3
    movl $0x10, %eax
    movl %eax, %es
TRY "its own data in ring 3", 3
    movl $0x23, %eax
    movl %eax, %es
    DONE
TRY "a data segment that is not present", 0
    movl $0x40, %eax
    movl %eax, %ds
TRY "a stack that is not present", 0
    movl $0x40, %eax
    movl %eax, %ss
TRY "a stack that cannot be written", 0
    movl $0x48, %eax
    movl %eax, %ss
TRY "a stack of another ring", 0
    movl $0x23, %eax
    movl %eax, %ss
TRY "a selector beyond the table", 0
    movl $0x100, %eax
    movl %eax, %fs
TRY "a local selector without a local table", 0
    movl $0xc, %eax
    movl %eax, %gs
TRY "CS is not loaded by MOV", 0
    .byte 0x8e, 0xc8
TRY "LSL", 3
    movl $0x5b, %ecx
    lsl %ecx, %eax
    DONE
TRY "LSL of what is not visible", 3
    movl $0x10, %ecx
    lsl %ecx, %eax
    DONE
TRY "LAR", 3
    movl $0x2b, %ecx
    lar %ecx, %eax
    DONE
TRY "LAR of the task", 0
    movl $0x30, %ecx
    lar %ecx, %eax
    DONE
TRY "VERR of the kernel's data in ring 3", 3
    movl $0x10, %ecx
    verr %cx
    DONE
TRY "VERW of what cannot be written", 0
    movl $0x48, %ecx
    verw %cx
    DONE
TRY "STR", 0
    str %eax
    DONE
TRY "LTR of a busy task", 0
    movl $0x30, %eax
    ltr %ax
TRY "LTR of no task", 0
    movl $0x10, %eax
    ltr %ax
TRY "LLDT of no table", 0
    movl $0x10, %eax
    lldt %ax

    /* Far transfers (SDM 2, RET, IRET, JMP) */
TRY "far return to data", 0
    pushq $0x10
    pushq %rdi
    lretq
TRY "far return to code that is not present", 0
    pushq $0x50
    pushq %rdi
    lretq
TRY "far return with L and D", 0
    pushq $0x68
    pushq %rdi
    lretq
TRY "far return to a null segment", 0
    pushq $0
    pushq %rdi
    lretq
TRY "far return to an inner ring", 3
    pushq $0x08
    pushq %rdi
    lretq
TRY "far return to an address that is not canonical", 0
    movabsq $0x800000000000, %rcx
    pushq $0x08
    pushq %rcx
    lretq
TRY "far return to ring 3", 0
    pushq $0x23
    pushq $0x40200000
    pushq $0x2b
    leaq 1f(%rip), %rcx
    addq $0x40000000, %rcx
    pushq %rcx
    lretq
1:  DONE
TRY "far call to conforming code", 3
    pushq $0x60
    leaq 1f(%rip), %rcx
    pushq %rcx
    lcallq *(%rsp)
1:  DONE
TRY "IRET to an inner ring", 3
    pushq $0x10
    pushq $0
    pushq $2
    pushq $0x08
    pushq %rdi
    iretq
TRY "IRET with NT", 0
    pushq $0x4002
    popfq
    iretq
TRY "IRET to ring 3 with the kernel's stack", 0
    pushq $0x10
    pushq $0
    pushq $2
    pushq $0x2b
    pushq %rdi
    iretq
TRY "IRET to ring 3 without a stack", 0
    pushq $0
    pushq $0
    pushq $2
    pushq $0x2b
    pushq %rdi
    iretq
TRY "IRET within ring 3", 3
    pushq $0x23
    pushq $0x40200000
    pushq $0x3cd7
    pushq $0x2b
    leaq 1f(%rip), %rcx
    pushq %rcx
    iretq
1:  DONE

    /* SYSCALL (SDM 2) */
TRY "SYSCALL", 3
    pushq $0x4d7
    popfq
    movl $7, %eax
    syscall
TRY "SYSCALL in 64 bits only: SYSENTER", 3
    .byte 0x0f, 0x34
TRY "SYSRET to ring 3", 0
    leaq 1f(%rip), %rcx
    addq $0x40000000, %rcx
    movl $0x3ad7, %r11d
    movq $0x40200000, %rsp
    sysretq
1:  DONE

    DONE
    .section .cases, "a"
    .globl cases_end
cases_end:
