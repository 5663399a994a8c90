/* What Linux answers in its vDSO without a trap and we answer with one: flush_icache, riscv_hwprobe.
 * Their arguments lie in registers as the call wants them. */
#include "entry.h"

.macro CALL name, number
    .globl \name
    .type \name, @function
    .balign 4
\name:
    li a7, \number
    ecall
    ret
    .size \name, . - \name
.endm

    .text
    CALL __vdso_flush_icache, NR_riscv_flush_icache
    CALL __vdso_riscv_hwprobe, NR_riscv_hwprobe
