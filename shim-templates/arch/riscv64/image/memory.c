/* Memory as the device tree tells it, for the unpacker. The tree is read by the kernel's own code,
 * compiled once more (generator/compile/targets.ts); here it is at its physical address. */
#include "arch/layout.h"
#include "arch/platform/device-tree.h"
#include "arch/platform/flat-tree.h"
#include "image/unpack.h"
#include "log.h"

#define MESSAGE_MAX 160
#define FIRMWARE_MAX (2 * MIB) /* what loaders leave for it: text_offset in start.S */

NORETURN void image_refuse(const char *text); /* start.S */
extern const char image_start[];

NORETURN void refuse_to_boot(const char *format, ...) {
    char text[MESSAGE_MAX];
    __builtin_va_list args;
    __builtin_va_start(args, format);
    format_va(text, sizeof text, format, args);
    __builtin_va_end(args);
    image_refuse(text);
}

void read_device_tree(address tree) {
    if (!tree || !fdt_blob_size((const void *)tree))
        refuse_to_boot("The firmware gave no device tree: register a1 is %#lx.", tree);
    fdt_init((const void *)tree);
}

/* As far as the kernel's direct map reaches. */
bool memory_range(address tree, u32 index, u64 *start, u64 *end) {
    u64 size;
    if (!dt_next_memory(index, start, &size)) return false;
    *end = MIN(*start + size, PHYSMAP_SIZE);
    return true;
}

/* The tree, the firmware below us, and what the tree sets aside. */
bool taken_range(address tree, u32 index, u64 *start, u64 *end) {
    enum { TREE, FIRMWARE, RESERVED };
    u64 size;
    switch (index) {
    case TREE: *start = tree, size = fdt_blob_size((const void *)tree); break;
    case FIRMWARE: *start = (address)image_start - FIRMWARE_MAX, size = FIRMWARE_MAX; break;
    default:
        if (!dt_next_reserved(index - RESERVED, start, &size)) return false;
    }
    *end = *start + size;
    return true;
}
