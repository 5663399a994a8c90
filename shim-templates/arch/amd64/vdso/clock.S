/* int __vdso_clock_gettime(int clock, struct abi_timespec *ts): the monotonic clock in as few instructions as
 * it takes, since the program reads it all the time; the others in vdso/clock.c, with the same arithmetic. */
#include "vdso/data-offsets.h"

/* The data page lies before the image. */
#define DATA(offset) (__ehdr_start - 4096 + offset)(%rip)

    .hidden __ehdr_start, vdso_other_clock
    .text
    .globl __vdso_clock_gettime
    .type __vdso_clock_gettime, @function
    .balign 64
__vdso_clock_gettime:
    cmpl $VDSO_FAST_CLOCK, %edi
    jne vdso_other_clock
    cmpl $0, DATA(VDSO_USABLE)
    je vdso_other_clock
    lfence                      /* RDTSC must not run ahead of earlier loads (Intel SDM vol. 2B) */
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    subq DATA(VDSO_BASE), %rax
    mulq DATA(VDSO_PER_TICK)    /* rdx: seconds, rax: their fraction */
    movq %rdx, (%rsi)
    mulq DATA(VDSO_NS_PER_SEC)
    movq %rdx, 8(%rsi)
    xorl %eax, %eax
    ret
    .size __vdso_clock_gettime, . - __vdso_clock_gettime
