/* From the tables of head.S to all memory in the direct map. */
#include "kernel-image.h"
#include "mem.h"
#include "physmap.h"
#include "ranges.h"

pa_t kernel_load, image_at, payload_at;

pa_t kernel_to_phys(const void *in_image) {
    return (u64)in_image - KERNEL_BASE + kernel_load;
}

bool in_kernel_image(const void *p) {
    return (const char *)p >= kernel_start && (const char *)p < kernel_end;
}

/* How many tables the map needs beside those of the GiB that is in it: one for each GiB, and one for each 512 of
 * these where there are four levels. */
static u64 count_tables(const struct boot_info *boot, u64 mapped) {
    u64 count = 0, next = 0, last = mapped >> 9;
    for (u32 i = 0; i < boot->usable_count; i++) {
        const struct memory_range *r = &boot->usable[i];
        for (u64 gib = MAX(r->start >> 30, next); gib <= (r->end - 1) >> 30; gib++) {
            next = gib + 1;
            if (gib == mapped) continue;
            count++;
            if (PHYSMAP_LEVELS < 4 || gib >> 9 == last || gib >> 9 == mapped >> 9) continue;
            count++;
            last = gib >> 9;
        }
    }
    return count;
}

void boot_map_memory(struct boot_info *boot, pa_t near) {
    pa_t window = ALIGN_DOWN(near, GIB);
    for (u32 i = 0; i < boot->usable_count; i++) {
        pa_t start = MAX(boot->usable[i].start, window), end = MIN(boot->usable[i].end, window + GIB);
        if (start < end) physmap_add_ram(start, end);
    }
    u64 count = count_tables(boot, window >> 30);
    pa_t at = count ? boot_find_free(boot, count * PAGE_SIZE, window, window + GIB) : 0;
    // without them new_table() says that memory is short
    if (at) {
        boot_reserve(boot, at, at + count * PAGE_SIZE);
        physmap_give_tables(at, count);
    }
    for (u32 i = 0; i < boot->usable_count; i++) physmap_add_ram(boot->usable[i].start, boot->usable[i].end);
}
