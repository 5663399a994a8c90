/* The only instructions of the kernel that touch the program's memory. See user-arch.h.
 *
 * Each that can fault has an entry in the table of fixups: {its address, where to go on}. trap.c
 * looks there after page_fault() said no. With SMAP they run between STAC and CLAC. */

#define EFAULT 14

.macro FIXUP at, to
    .pushsection .fixups, "a"
    .quad \at, \to
    .popsection
.endm

.macro OPEN_USER_MEMORY
    cmpb $0, cpu_has_smap(%rip)
    je 9f
    stac
9:
.endm

.macro CLOSE_USER_MEMORY
    cmpb $0, cpu_has_smap(%rip)
    je 9f
    clac
9:
.endm

    .text
/* size_t arch_user_copy_in(void *to, uptr from, size_t n)
 * size_t arch_user_copy_out(uptr to, const void *from, size_t n)
 * One body: either side may fault. Words first; a word that faults is tried again byte by byte, so
 * that the count of what was not copied is exact. */
    .globl arch_user_copy_in, arch_user_copy_out
arch_user_copy_in:
arch_user_copy_out:
    OPEN_USER_MEMORY
    movq %rdx, %rcx
    shrq $3, %rcx
    andl $7, %edx
1:  rep movsq
    movl %edx, %ecx
2:  rep movsb
3:  CLOSE_USER_MEMORY
    movq %rcx, %rax
    ret
4:  leaq (%rdx, %rcx, 8), %rcx
    jmp 2b
    FIXUP 1b, 4b
    FIXUP 2b, 3b

/* size_t arch_user_zero(uptr to, size_t n) */
    .globl arch_user_zero
arch_user_zero:
    OPEN_USER_MEMORY
    movq %rsi, %rcx
    movl %esi, %edx
    shrq $3, %rcx
    andl $7, %edx
    xorl %eax, %eax
1:  rep stosq
    movl %edx, %ecx
2:  rep stosb
3:  CLOSE_USER_MEMORY
    movq %rcx, %rax
    ret
4:  leaq (%rdx, %rcx, 8), %rcx
    jmp 2b
    FIXUP 1b, 4b
    FIXUP 2b, 3b

/* int arch_user_load_u32(u32 *value, uptr from) */
    .globl arch_user_load_u32
arch_user_load_u32:
    OPEN_USER_MEMORY
1:  movl (%rsi), %eax
    CLOSE_USER_MEMORY
    movl %eax, (%rdi)
    xorl %eax, %eax
    ret
    FIXUP 1b, user_word_fault

/* int arch_user_cmpxchg_u32(uptr at, u32 expected, u32 desired, u32 *found) */
    .globl arch_user_cmpxchg_u32
arch_user_cmpxchg_u32:
    OPEN_USER_MEMORY
    movl %esi, %eax
1:  lock cmpxchgl %edx, (%rdi)
    CLOSE_USER_MEMORY
    movl %eax, (%rcx)
    xorl %eax, %eax
    ret
    FIXUP 1b, user_word_fault

user_word_fault:
    CLOSE_USER_MEMORY
    movl $-EFAULT, %eax
    ret
