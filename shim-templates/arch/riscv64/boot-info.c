/* The device tree, made into a struct boot_info. (Devicetree specification 0.4: /memory,
 * /reserved-memory, the memory reservation block, /chosen.) */
#include "early.h"
#include "log.h"
#include "mem.h"
#include "physmap.h"
#include "platform/device-tree.h"
#include "platform/flat-tree.h"

_Static_assert(sizeof(struct nameplate) == PAGE_SIZE, "image/nameplate.S lays out one page");

#define FIRMWARE_MAX (2 * MIB) /* what loaders leave for it: text_offset in image/start.S */

static const void *map_device_tree(pa_t at, u64 *size) {
    if (at == 0 || at % 8) refuse_to_boot("The firmware gave no device tree (register a1 is %#lx).", at);
    if (at >= PHYSMAP_SIZE - FDT_SIZE_MAX)
        refuse_to_boot("The device tree at %#lx lies beyond the memory that this kernel can map.", at);
    *size = fdt_blob_size(map_firmware(at, FDT_HEADER_SIZE));
    if (!*size)
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

    // the firmware lies below the image, in the same range; old ones do not say so
    for (u32 i = 0; i < boot->usable_count; i++)
        if (boot->usable[i].start < image_at && image_at - boot->usable[i].start <= FIRMWARE_MAX)
            boot_reserve(boot, boot->usable[i].start, image_at);
    boot->kernel_start = kernel_load;
    boot->payload = payload_at;
    boot_reserve(boot, kernel_load, kernel_to_phys(kernel_end));
    boot_reserve(boot, image_at, payload_at);
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
