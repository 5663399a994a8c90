/* The device tree, made into a struct boot_info. (Devicetree specification 0.4: /memory,
 * /reserved-memory, the memory reservation block, /chosen.) */
#include "early.h"
#include "log.h"
#include "mem.h"
#include "physmap.h"
#include "platform/device-tree.h"

_Static_assert(sizeof(struct nameplate) == PAGE_SIZE, "image/nameplate.S lays out one page");

#define DT_HEADER_SIZE 40
#define DT_MAGIC 0xd00dfeed
#define FIRMWARE_MAX (2 * MIB) /* what loaders leave for it: text_offset in head.S */
#define DT_SIZE_MAX (2 * MIB) /* Linux's limit too */

static u32 read_big_endian(const u8 *p) {
    return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static const void *map_device_tree(pa_t at, u64 *size) {
    if (at == 0 || at % 8) refuse_to_boot("The firmware gave no device tree (register a1 is %#lx).", at);
    if (at >= PHYSMAP_SIZE - DT_SIZE_MAX)
        refuse_to_boot("The device tree at %#lx lies beyond the memory that this kernel can map.", at);
    const u8 *tree = map_firmware(at, DT_HEADER_SIZE);
    *size = read_big_endian(tree + 4);
    if (read_big_endian(tree) != DT_MAGIC || *size < DT_HEADER_SIZE || *size > DT_SIZE_MAX)
        refuse_to_boot("What the firmware gave as device tree, at %#lx, is none.", at);
    return map_firmware(at, *size);
}

void boot_info_memory(struct boot_info *boot, pa_t device_tree) {
    u64 tree_size;
    dt_init(map_device_tree(device_tree, &tree_size));
    boot->platform = device_tree;

    pa_t start;
    u64 size;
    for (u32 i = 0; dt_next_memory(i, &start, &size); i++) {
        pa_t end = size > PHYSMAP_SIZE ? PHYSMAP_SIZE : start + size;
        if (start < PHYSMAP_SIZE) ranges_add_usable(boot, start, MIN(end, PHYSMAP_SIZE));
    }
    if (boot->usable_count == 0) refuse_to_boot("The device tree names no memory.");
    ranges_merge_usable(boot);
    for (u32 i = 0; dt_next_reserved(i, &start, &size); i++)
        if (ranges_overlap_usable(boot, start, start + size)) boot_reserve(boot, start, start + size);

    // the firmware lies below the kernel, in the same range; old ones do not say so
    for (u32 i = 0; i < boot->usable_count; i++)
        if (boot->usable[i].start < kernel_load && kernel_load - boot->usable[i].start <= FIRMWARE_MAX)
            boot_reserve(boot, boot->usable[i].start, kernel_load);
    boot->kernel_start = kernel_load;
    boot->payload = kernel_to_phys(kernel_end) + sizeof *nameplate;
    boot_reserve(boot, kernel_load, boot->payload);
    boot_reserve(boot, device_tree, device_tree + tree_size);
}

void boot_info_rest(struct boot_info *boot) {
    // how much was loaded behind the kernel, if `catkernel pack` wrote it down: no loader tells
    nameplate = phys_to_virt(boot->payload - sizeof *nameplate);
    if (nameplate->image_size > nameplate->kernel_size)
        boot->payload_size = nameplate->image_size - nameplate->kernel_size;
    const char *line = dt_bootargs();
    boot->command_line = line ? line : "";
    dt_rng_seed(boot->rng_seed);
}
