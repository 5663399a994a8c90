/* The firmware below us: RISC-V Supervisor Binary Interface (specification 2.0). sbi.c */
#pragma once
#include "types.h"

void sbi_init(void); /* finds out what there is */
void sbi_set_timer(u64 ticks);
void sbi_send_ipi(u32 hart);
/* The hart begins at `entry`, in supervisor mode without paging, with `argument` in a1. */
bool sbi_start_hart(u32 hart, pa_t entry, u64 argument);
bool sbi_hart_stopped(u32 hart);
void sbi_console_write(const char *text, size_t len); /* works before sbi_init() */
void sbi_shutdown(bool failed); /* returns if the firmware cannot */

struct sbi_machine {
    u64 vendor, architecture, implementation;
};
struct sbi_machine sbi_machine(void); /* mvendorid, marchid, mimpid: of the hart that asks */
