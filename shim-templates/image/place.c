/* Where the kernel proper goes: the highest free memory below 4 GiB, as the zero page tells it.
 *
 * Far from the image, because the payload reaches from the image's end to nobody here knows where. What
 * the loader put elsewhere is stepped over: the zero page, the command line, an initial RAM disk, the
 * setup_data chain (Linux Documentation/arch/x86/boot.rst and zero-page.rst). 32-bit code. */
#include "place.h"
#include "arch/platform/boot-params.h"

#define BP_RAMDISK 0x218
#define BP_RAMDISK_SIZE 0x21c
#define E820_ENTRY_SIZE 20
#define LOW_MEMORY_END 0x100000u
#define COMMAND_LINE_MAX 4096
#define SETUP_DATA_MAX 64 /* nodes followed, in case the chain is a ring */

static u32 word(u32 at) { return *(const u32 *)at; }

/* Moves `top` below the range if [top-size, top) touches it. */
static u32 below(u32 top, u32 size, u32 start, u32 bytes) {
    if (bytes == 0 || start >= top || start + bytes <= top - size) return top;
    return start & ~0xfffu;
}

static u32 below_all(u32 top, u32 size, u32 zero_page, u32 image, u32 image_end) {
    top = below(top, size, image, image_end - image);
    top = below(top, size, zero_page, BP_SIZE);
    top = below(top, size, word(zero_page + BP_CMDLINE), COMMAND_LINE_MAX);
    top = below(top, size, word(zero_page + BP_RAMDISK), word(zero_page + BP_RAMDISK_SIZE));
    u32 node = word(zero_page + BP_SETUP_DATA);
    for (u32 i = 0; node && i < SETUP_DATA_MAX; i++, node = word(node))
        top = below(top, size, node, 16 + word(node + 12));
    return top;
}

u32 find_place(u32 zero_page, u32 image, u32 image_end, u32 size) {
    u32 best = 0;
    u32 count = *(const u8 *)(zero_page + BP_E820_ENTRIES);
    for (u32 i = 0; i < count && i < BP_E820_MAX; i++) {
        const u64 *entry = (const u64 *)(zero_page + BP_E820_TABLE + i * E820_ENTRY_SIZE);
        u64 start = entry[0], end = start + entry[1];
        if (*(const u32 *)&entry[2] != E820_RAM || start > 0xfffff000u) continue;
        if (end > 0xfffff000u) end = 0xfffff000u;
        if (start < LOW_MEMORY_END) start = LOW_MEMORY_END;
        // step down until nothing is in the way
        u32 top = (u32)end & ~0xfffu, next;
        while (top >= size && (next = below_all(top, size, zero_page, image, image_end)) != top) top = next;
        if (top >= size && top - size >= start && top - size > best) best = top - size;
    }
    return best;
}
