/* The direct map: physical address `pa` at PHYSMAP_BASE + pa, in 2 MiB pages. physmap.c
 *
 * All RAM is in it before kernel_main() begins; firmware tables and device registers are added
 * when a driver asks for them. */
#pragma once
#include "types.h"

void physmap_init(void);
void physmap_use_sv39(void); /* before anything of the program is mapped */
void physmap_give_tables(pa_t start, u32 count); /* pages for its own tables until pages_init() */
void physmap_use_page_allocator(void);           /* from now on they come from there */
void physmap_add_ram(pa_t start, pa_t end);
/* Rights of the 4 KiB pages of [start, end), inside RAM that is mapped: splits 2 MiB pages. */
void physmap_protect(pa_t start, pa_t end, u32 prot);

/* Makes physical memory that is not RAM readable; returns its address in the kernel. */
void *map_firmware(pa_t start, u64 size); /* tables in memory: cached */
void *map_device(pa_t start, u64 size);   /* registers: uncached */
