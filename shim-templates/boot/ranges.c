/* The lists of memory in struct boot_info, while an architecture fills them. See ranges.h. */
#include "ranges.h"
#include "log.h"
#include "types.h"

void boot_reserve(struct boot_info *boot, pa_t start, pa_t end) {
    if (boot->reserved_count == MAX_RANGES) refuse_to_boot("The firmware's map of memory is too long.");
    struct memory_range *r = &boot->reserved[boot->reserved_count++];
    r->start = ALIGN_DOWN(start, PAGE_SIZE);
    r->end = ALIGN_UP(end, PAGE_SIZE);
}

void ranges_add_usable(struct boot_info *boot, pa_t start, pa_t end) {
    start = ALIGN_UP(start, PAGE_SIZE);
    end = ALIGN_DOWN(end, PAGE_SIZE);
    if (start >= end) return;
    if (boot->usable_count == MAX_RANGES) return; // a part of RAM stays unused
    // insertion keeps the list sorted
    u32 i = boot->usable_count++;
    for (; i > 0 && boot->usable[i - 1].start > start; i--) boot->usable[i] = boot->usable[i - 1];
    boot->usable[i] = (struct memory_range){start, end};
}

/* Firmware may list a range twice: what overlaps becomes one. */
void ranges_merge_usable(struct boot_info *boot) {
    u32 kept = 0;
    for (u32 i = 1; i < boot->usable_count; i++) {
        struct memory_range *last = &boot->usable[kept], *r = &boot->usable[i];
        if (r->start <= last->end) last->end = MAX(last->end, r->end);
        else boot->usable[++kept] = *r;
    }
    boot->usable_count = kept + 1;
}

bool ranges_overlap_usable(const struct boot_info *boot, pa_t start, pa_t end) {
    for (u32 i = 0; i < boot->usable_count; i++)
        if (start < boot->usable[i].end && boot->usable[i].start < end) return true;
    return false;
}

pa_t boot_find_free(const struct boot_info *boot, u64 size, pa_t low, pa_t high) {
    for (u32 i = boot->usable_count; i-- > 0;) {
        const struct memory_range *r = &boot->usable[i];
        pa_t bottom = MAX(r->start, low), top = MIN(r->end, high);
        // step below whatever is in the way until nothing is
        for (u32 j = 0; j < boot->reserved_count && top >= bottom + size; j++) {
            const struct memory_range *taken = &boot->reserved[j];
            if (taken->start < top && top - size < taken->end) {
                top = taken->start;
                j = UINT32_MAX; // from the beginning again
            }
        }
        if (top > bottom && top - bottom >= size) return top - size;
    }
    return 0;
}
