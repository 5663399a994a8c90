/* The lists of memory in struct boot_info, while an architecture fills them from what its firmware says. */
#pragma once
#include "boot.h"

/* Whole pages of RAM, kept sorted. What a list has no room for stays unused. */
void ranges_add_usable(struct boot_info *boot, pa_t start, pa_t end);
void ranges_merge_usable(struct boot_info *boot); /* when all are added */
bool ranges_overlap_usable(const struct boot_info *boot, pa_t start, pa_t end);
/* The pages that the range touches belong to somebody. */
void boot_reserve(struct boot_info *boot, pa_t start, pa_t end);
/* The highest free pages of RAM within [low, high), not reserved by this. 0 if there are none. */
pa_t boot_find_free(const struct boot_info *boot, u64 size, pa_t low, pa_t high);
/* All RAM into the direct map: first the GiB around `near`, in which there is room for the tables of the rest.
 * map-memory.c */
void boot_map_memory(struct boot_info *boot, pa_t near);
