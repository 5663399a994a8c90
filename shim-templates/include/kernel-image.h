/* Where the kernel's own bytes lie. boot/map-memory.c */
#pragma once
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
