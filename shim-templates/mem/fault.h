/* Bringing pages in: inside mem/ only. */
#pragma once
#include "area.h"

/* Counts pages that became resident (or, with minus, went). LOCK_MM held. */
void resident_add(i64 anon, i64 file);
struct pt_counts;
void resident_released(const struct pt_counts *counts);
/* Memory for the program is out: says who has it and ends the program as Linux's OOM killer does.
 */
void out_of_memory(void);
/* Does a fault leave enough for the kernel itself? */
bool memory_left(u64 pages);
