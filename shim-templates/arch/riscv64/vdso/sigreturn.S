/* Where signal handlers return to (arch/riscv64/signal-frame.c): rt_sigreturn(2). Unwinders recognise it by
 * these two instructions, as on Linux. */
#include "entry.h"

    .text
    .globl __vdso_rt_sigreturn
    .type __vdso_rt_sigreturn, @function
    .balign 4
__vdso_rt_sigreturn:
    .option norvc
    li a7, NR_rt_sigreturn
    ecall
    .size __vdso_rt_sigreturn, . - __vdso_rt_sigreturn
