/* Memory as the zero page tells it, for the unpacker: below 4 GiB, as this is 32-bit code, and above
 * 1 MiB. (Linux Documentation/arch/x86/boot.rst and zero-page.rst.) */
#include "arch/platform/boot-params.h"
#include "image/unpack.h"

#define BP_RAMDISK 0x218
#define BP_RAMDISK_SIZE 0x21c
#define E820_ENTRY_SIZE 20
#define LOW_MEMORY_END 0x100000u
#define HIGHEST 0xfffff000u
#define COMMAND_LINE_MAX 4096
#define SETUP_DATA_MAX 64 /* nodes followed, in case the chain is a ring */

static u32 word(u32 at) { return *(const u32 *)at; }

bool memory_range(address zero_page, u32 index, u64 *start, u64 *end) {
    if (index >= *(const u8 *)(zero_page + BP_E820_ENTRIES) || index >= BP_E820_MAX) return false;
    const u64 *entry = (const u64 *)(zero_page + BP_E820_TABLE + index * E820_ENTRY_SIZE);
    *start = MAX(entry[0], LOW_MEMORY_END);
    *end = MIN(entry[0] + entry[1], HIGHEST);
    if (*(const u32 *)&entry[2] != E820_RAM) *end = *start;
    return true;
}

/* The zero page, the command line, an initial RAM disk, the setup_data chain. */
bool taken_range(address zero_page, u32 index, u64 *start, u64 *end) {
    enum { ZERO_PAGE, COMMAND_LINE, RAM_DISK, SETUP_DATA };
    u32 size;
    switch (index) {
    case ZERO_PAGE: *start = zero_page, size = BP_SIZE; break;
    case COMMAND_LINE: *start = word(zero_page + BP_CMDLINE), size = COMMAND_LINE_MAX; break;
    case RAM_DISK: *start = word(zero_page + BP_RAMDISK), size = word(zero_page + BP_RAMDISK_SIZE); break;
    default: {
        if (index - SETUP_DATA >= SETUP_DATA_MAX) return false;
        u32 node = word(zero_page + BP_SETUP_DATA);
        for (u32 i = SETUP_DATA; node && i < index; i++) node = word(node);
        if (!node) return false;
        *start = node, size = 16 + word(node + 12);
    }
    }
    *end = *start + size;
    return true;
}
