/* The direct map: physical address `pa` at PHYSMAP_BASE + pa, in 2 MiB pages. mem/physmap.c
 *
 * All RAM is in it before kernel_main() begins; firmware tables and device registers are added
 * when a driver asks for them. */
#pragma once
#include "types.h"
#include "arch/pte.h"

void physmap_spare_table(pte_t *table);          /* one inside the kernel image, for its own tables */
void physmap_give_tables(pa_t start, u32 count); /* pages for them until pages_init() */
void physmap_use_page_allocator(void);           /* from now on they come from there */
void physmap_add_ram(pa_t start, pa_t end);
/* Rights of the 4 KiB pages of [start, end), inside RAM that is mapped: splits 2 MiB pages. */
void physmap_protect(pa_t start, pa_t end, u32 prot);

/* Makes physical memory that is not RAM readable; returns its address in the kernel. */
void *map_firmware(pa_t start, u64 size); /* tables in memory: cached */
void *map_device(pa_t start, u64 size);   /* registers: uncached */

/* --- from arch/ARCH/physmap.c -------------------------------------------------------------------- */
void physmap_init(void);
extern pte_t *const physmap_root; /* its highest table, of PHYSMAP_LEVELS levels */
void arch_physmap_grew(void);     /* entries were added where there were none */
