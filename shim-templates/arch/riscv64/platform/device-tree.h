/* What the firmware's device tree says about memory and about this start. device-tree.c
 * What it says about devices becomes struct machine: machine.h. */
#pragma once
#include "types.h"

/* Checks the whole tree, which is readable as far as its header says, and reads struct machine from it.
 * refuse_to_boot() if it is damaged. */
void dt_init(const void *dtb);
/* RAM, one range after the other; false behind the last. No range wraps. */
bool dt_next_memory(u32 index, pa_t *start, u64 *size);
/* What must be left alone: the memory reservation block and /reserved-memory. */
bool dt_next_reserved(u32 index, pa_t *start, u64 *size);
const char *dt_bootargs(void); /* NULL if there are none */
/* Takes the loader's random bytes out of the tree; false if it gave none. */
bool dt_rng_seed(u64 out[4]);
