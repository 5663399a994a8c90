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

const struct nameplate *nameplate;

NORETURN void boot_main(pa_t zero_page, pa_t load) {
    kernel_load = load;
    serial_init();
    cpu_init_early();
    physmap_init();

    // what the loader says about memory
    physmap_add_ram(zero_page, zero_page + BP_SIZE);
    struct boot_info boot = {0};
    boot_info_memory(&boot, phys_to_virt(zero_page), zero_page);

    boot_map_memory(&boot, zero_page);
    boot_info_rest(&boot, phys_to_virt(zero_page));
    kernel_main(&boot);
}
