/* The first C code: from the tables of head.S to kernel_main().
 *
 * Order matters. A fault must be reportable before anything can fault; the device tree must be
 * mapped before it is read; the map of memory must be known before all of it is mapped. */
#include "early.h"
#include "arch.h"
#include "mem.h"
#include "physmap.h"

pa_t kernel_load, image_at, payload_at;
const struct nameplate *nameplate;

pa_t kernel_to_phys(const void *in_image) {
    return (u64)in_image - KERNEL_BASE + kernel_load;
}

bool in_kernel_image(const void *p) {
    return (const char *)p >= kernel_start && (const char *)p < kernel_end;
}

/* Sets aside the tables that map all RAM, one page per GiB. They must lie in what is mapped
 * already, so they come from the kernel's own GiB. */
static void reserve_tables(struct boot_info *boot, pa_t mapped_start, pa_t mapped_end) {
    u64 count = 0, next_gib = 0;
    for (u32 i = 0; i < boot->usable_count; i++) {
        struct memory_range *r = &boot->usable[i];
        for (u64 gib = MAX(r->start >> 30, next_gib); gib <= (r->end - 1) >> 30; gib++) {
            count++;
            next_gib = gib + 1;
        }
    }
    pa_t at = boot_find_free(boot, count * PAGE_SIZE, mapped_start, mapped_end);
    if (!at) return; // new_table() says that memory is short
    boot_reserve(boot, at, at + count * PAGE_SIZE);
    physmap_give_tables(at, count);
}

NORETURN void boot_main(u64 hart, pa_t device_tree, pa_t load, pa_t image, pa_t payload) {
    kernel_load = load;
    image_at = image;
    payload_at = payload;
    cpu_init_early(hart);
    physmap_init();

    struct boot_info boot = {0};
    boot_info_memory(&boot, device_tree);

    // the GiB around the kernel, then, with tables out of it, all of RAM
    pa_t window = ALIGN_DOWN(kernel_load, GIB);
    for (u32 i = 0; i < boot.usable_count; i++) {
        pa_t start = MAX(boot.usable[i].start, window), end = MIN(boot.usable[i].end, window + GIB);
        if (start < end) physmap_add_ram(start, end);
    }
    reserve_tables(&boot, window, window + GIB);
    for (u32 i = 0; i < boot.usable_count; i++)
        physmap_add_ram(boot.usable[i].start, boot.usable[i].end);

    boot_info_rest(&boot);
    kernel_main(&boot);
}
