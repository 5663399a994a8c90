/* What the files of the boot path share: early.c, boot-info.c, physmap.c, protect.c. */
#pragma once
#include "boot.h"
#include "boot/ranges.h"
#include "kernel-image.h"
#include "types.h"

/* boot-info.c: first what needs only the zero page, then what follows pointers in it. */
void boot_info_memory(struct boot_info *boot, const u8 *zero_page, pa_t zero_page_pa);
void boot_info_rest(struct boot_info *boot, const u8 *zero_page);
/* Pages below 640 KiB for smp.c: other CPUs start in real mode. 0 if there are none. */
extern pa_t trampoline_pages;
#define TRAMPOLINE_PAGES 4

/* Bytes that QEMU loaded behind the 16-bit part, told by its fw_cfg device; 0 without one. */
u64 fw_cfg_kernel_size(void);

/* cpu.c: descriptor tables for the boot CPU, so that a fault in early code is reported */
void cpu_init_early(void);

/* Fields of firmware tables have no alignment. */
static inline u16 read_u16(const void *p) { u16 v; __builtin_memcpy(&v, p, 2); return v; }
static inline u32 read_u32(const void *p) { u32 v; __builtin_memcpy(&v, p, 4); return v; }
static inline u64 read_u64(const void *p) { u64 v; __builtin_memcpy(&v, p, 8); return v; }
