/* Time on riscv64: the time CSR is the clock; the alarm compares with it, in the hart (Sstc) or in the
 * firmware. clock-source.c, alarm.c */
#pragma once
#include "types.h"

extern bool timer_is_ours; /* every hart has stimecmp: the Sstc extension */

void clock_source_init(void);
void delay_us(u64 us); /* spins */
