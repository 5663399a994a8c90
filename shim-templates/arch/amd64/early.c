/* The first C code: from the tables of head.S to kernel_main().
 *
 * Order matters. A fault must be reportable before anything can fault; the zero page must be mapped
 * before it is read; the map of memory must be known before all of it is mapped. */
#include "early.h"
#include "arch.h"
#include "mem.h"
#include "physmap.h"
#include "platform/boot-params.h"
#include "serial.h"

pa_t kernel_load;
u64 image_at, payload_at; // head.S writes their low halves
const struct nameplate *nameplate;

pa_t kernel_to_phys(const void *in_image) {
    return (u64)in_image - KERNEL_BASE + kernel_load;
}

bool in_kernel_image(const void *p) {
    return (const char *)p >= kernel_start && (const char *)p < kernel_end;
}

/* Sets aside the tables that map all RAM: one page per GiB and one per 512 GiB. They must lie in
 * what is mapped already, so they come from the top of the zero page's GiB. */
static void reserve_tables(struct boot_info *boot, pa_t mapped_start, pa_t mapped_end) {
    u64 count = 0, next_gib = (mapped_start >> 30) + 1;
    for (u32 i = 0; i < boot->usable_count; i++) {
        struct memory_range *r = &boot->usable[i];
        for (u64 gib = MAX(r->start >> 30, next_gib); gib <= (r->end - 1) >> 30; gib++) {
            count += gib % 512 == 0 ? 2 : 1;
            next_gib = gib + 1;
        }
    }
    if (count == 0) return;
    pa_t at = boot_find_free(boot, count * PAGE_SIZE, mapped_start, mapped_end);
    if (!at) return; // new_table() says that memory is short
    boot_reserve(boot, at, at + count * PAGE_SIZE);
    physmap_give_tables(at, count);
}

NORETURN void boot_main(pa_t zero_page, pa_t load) {
    kernel_load = load;
    serial_init();
    cpu_init_early();
    physmap_init();

    // what the loader says about memory
    physmap_add_ram(zero_page, zero_page + BP_SIZE);
    struct boot_info boot = {0};
    boot_info_memory(&boot, phys_to_virt(zero_page), zero_page);

    // the GiB around the zero page, then, with tables out of it, all of RAM
    pa_t window = ALIGN_DOWN(zero_page, GIB);
    for (u32 i = 0; i < boot.usable_count; i++) {
        pa_t start = MAX(boot.usable[i].start, window), end = MIN(boot.usable[i].end, window + GIB);
        if (start < end) physmap_add_ram(start, end);
    }
    reserve_tables(&boot, window, window + GIB);
    for (u32 i = 0; i < boot.usable_count; i++)
        physmap_add_ram(boot.usable[i].start, boot.usable[i].end);

    boot_info_rest(&boot, phys_to_virt(zero_page));
    kernel_main(&boot);
}
