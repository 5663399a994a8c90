/* The first C code: from the tables of head.S to kernel_main().
 *
 * Order matters. A fault must be reportable before anything can fault; the device tree must be
 * mapped before it is read; the map of memory must be known before all of it is mapped. */
#include "early.h"
#include "arch.h"
#include "mem.h"
#include "physmap.h"

const struct nameplate *nameplate;

NORETURN void boot_main(u64 hart, pa_t device_tree, pa_t load, pa_t image, pa_t payload) {
    kernel_load = load;
    image_at = image;
    payload_at = payload;
    cpu_init_early(hart);
    physmap_init();

    struct boot_info boot = {0};
    boot_info_memory(&boot, device_tree);

    boot_map_memory(&boot, kernel_load);
    boot_info_rest(&boot);
    kernel_main(&boot);
}
