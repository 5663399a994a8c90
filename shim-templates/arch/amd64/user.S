/* The only instructions of the kernel that touch the program's memory. See user-arch.h.
 *
 * Each that can fault has an entry in the table of fixups: {its address, where to go on}. trap.c
 * looks there after page_fault() said no. With SMAP they run between STAC and CLAC. */

#define EFAULT 14
#define SW_MAGIC1 464      /* struct abi_fpx_sw_bytes, in the legacy part */
#define SW_XSTATE_SIZE 480
#define SW_SIZE 48
#define HEADER_SIZE 64     /* struct abi_xstate_header, behind it */
#define XSTATE_BV 512   /* which components are in an XSAVE area, of these: */
#define XSTATE_LEGACY 3 /* x87, SSE */

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

/* int arch_user_vector_save(uptr to, u32 size, u32 magic2): every component, and what marks them as extended and their
 * end. The header must be empty before XSAVE, which writes only its first field. */
    .globl arch_user_vector_save
arch_user_vector_save:
    OPEN_USER_MEMORY
    movq %rdi, %r8
    movl $(SW_SIZE / 8), %ecx
    movl vector_enabled(%rip), %eax
    testl %eax, %eax
    jz 2f
1:  movl %edx, (%rdi, %rsi)
    movl $((SW_SIZE + HEADER_SIZE) / 8), %ecx
2:  movq $vector_mark, %rsi
    addq $SW_MAGIC1, %rdi
3:  rep movsq
    testl %eax, %eax
    jz 6f
    movl vector_enabled + 4(%rip), %edx
4:  xsave64 (%r8)
5:  orl $XSTATE_LEGACY, XSTATE_BV(%r8) /* for handlers that know no more than these (Linux, save_xstate_epilog) */
    jmp vector_done
6:  fxsave64 (%r8)
vector_done:
    CLOSE_USER_MEMORY
    xorl %eax, %eax
    ret
    FIXUP 1b, user_word_fault
    FIXUP 3b, user_word_fault
    FIXUP 4b, user_word_fault
    FIXUP 5b, user_word_fault
    FIXUP 6b, user_word_fault

/* int arch_user_vector_load(uptr from, u32 size, u32 magic1, u32 magic2): without both, and the size, only x87 and SSE
 * are there, and the rest becomes initial. The CPU may refuse what the program has written, with a general protection
 * fault. */
    .globl arch_user_vector_load
arch_user_vector_load:
    OPEN_USER_MEMORY
    movl vector_enabled(%rip), %eax
    testl %eax, %eax
    jz 5f
1:  cmpl %edx, SW_MAGIC1(%rdi)
    movl vector_enabled + 4(%rip), %edx
    jne 4f
2:  cmpl %esi, SW_XSTATE_SIZE(%rdi)
    jne 4f
3:  cmpl %ecx, (%rdi, %rsi)
    jne 4f
6:  xrstor64 (%rdi)
    jmp vector_done
4:  movq $vector_initial, %rcx
    xrstor64 (%rcx)
5:  fxrstor64 (%rdi)
    jmp vector_done
    FIXUP 1b, user_word_fault
    FIXUP 2b, user_word_fault
    FIXUP 3b, 4b
    FIXUP 5b, user_word_fault
    FIXUP 6b, user_word_fault

user_word_fault:
    CLOSE_USER_MEMORY
    movl $-EFAULT, %eax
    ret
