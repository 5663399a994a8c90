/* What the files of the boot path share: early.c, boot-info.c, physmap.c, protect.c. */
#pragma once
#include "boot.h"
#include "boot/ranges.h"
#include "kernel-image.h"
#include "types.h"

/* boot-info.c: first what is needed to map memory, then the rest. */
void boot_info_memory(struct boot_info *boot, pa_t device_tree);
void boot_info_rest(struct boot_info *boot);

/* physmap.c; before anything of the program is mapped */
void physmap_use_sv39(void);

/* cpu.c: so that a fault in early code is reported */
void cpu_init_early(u64 hart);
/* And on the other harts, before their first C function of consequence. */
void cpu_init_traps(void);
