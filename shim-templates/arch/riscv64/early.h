/* What the files of the boot path share: early.c, boot-info.c, physmap.c, protect.c. */
#pragma once
#include "boot.h"
#include "boot/ranges.h"
#include "types.h"

/* Where the kernel's first byte lies in physical memory. */
extern pa_t kernel_load;
/* Where the image lies that it was unpacked from, and the payload behind that. */
extern pa_t image_at, payload_at;
pa_t kernel_to_phys(const void *in_image);
/* Is this address in the kernel image, rather than in the direct map or on a kernel stack? */
bool in_kernel_image(const void *p);

/* From the linker script. */
extern const char kernel_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];

/* boot-info.c: first what is needed to map memory, then the rest. */
void boot_info_memory(struct boot_info *boot, pa_t device_tree);
void boot_info_rest(struct boot_info *boot);

/* cpu.c: so that a fault in early code is reported */
void cpu_init_early(u64 hart);
/* And on the other harts, before their first C function of consequence. */
void cpu_init_traps(void);
