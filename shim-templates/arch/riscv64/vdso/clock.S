/* int __vdso_clock_gettime(int clock, struct abi_timespec *ts): the monotonic clock in as few instructions as
 * it takes, since the program reads it all the time; the others in vdso/clock.c, with the same arithmetic.
 *
 * vdso.lds puts this in the middle of the image's first page, so that one AUIPC is near enough to the data
 * page before it. Nobody asks whether the clock is usable: all harts see the same time. */
#include "vdso/data-offsets.h"

#define DATA(offset) (-2048 + offset)(t0)

    .hidden vdso_other_clock
    .section .text.clock, "ax"
    .globl __vdso_clock_gettime
    .type __vdso_clock_gettime, @function
__vdso_clock_gettime:
    auipc t0, 0xfffff           /* a page below */
    addi a0, a0, -VDSO_FAST_CLOCK
    bnez a0, 1f
    rdtime a2
    ld a3, DATA(VDSO_BASE)
    ld a4, DATA(VDSO_PER_TICK)
    sub a2, a2, a3
    mulhu a3, a2, a4            /* seconds */
    mul a2, a2, a4              /* their fraction */
    ld a4, DATA(VDSO_NS_PER_SEC)
    sd a3, (a1)
    mulhu a2, a2, a4
    sd a2, 8(a1)
    ret                         /* with 0 */
1:  addi a0, a0, VDSO_FAST_CLOCK
    tail vdso_other_clock
    .size __vdso_clock_gettime, . - __vdso_clock_gettime
