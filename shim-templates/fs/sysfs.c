/* /sys: the few files that Go's runtime and common libraries look at. */
#include "boot.h"
#include "cpu.h"
#include "synthetic.h"
#include "tree.h"

static void thp_enabled(struct text *t, int tid) {
    text_printf(t, options.huge_pages ? "[always] madvise never\n" : "always madvise [never]\n");
}

static void thp_size(struct text *t, int tid) { text_printf(t, "%lu\n", (u64)HUGE_SIZE); }

static void cpu_list(struct text *t, int tid) {
    if (cpu_count == 1) text_printf(t, "0\n");
    else text_printf(t, "0-%u\n", cpu_count - 1);
}

static const struct synthetic_row sys_rows[] = {
    SYNTHETIC("/sys/kernel/mm/transparent_hugepage/enabled", 0644, thp_enabled),
    SYNTHETIC("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", 0444, thp_size),
    SYNTHETIC("/sys/devices/system/cpu/online", 0444, cpu_list),
    SYNTHETIC("/sys/devices/system/cpu/possible", 0444, cpu_list),
    SYNTHETIC("/sys/devices/system/cpu/present", 0444, cpu_list),
};

static const char *const sys_directories[] = {
    "/sys/kernel",  "/sys/kernel/mm",      "/sys/kernel/mm/transparent_hugepage",
    "/sys/devices", "/sys/devices/system", "/sys/devices/system/cpu",
};

void sys_files_init(void) {
    tree_mount("/sys", 0555, FS_SYS);
    for (u32 i = 0; i < COUNT(sys_directories); i++) tree_add_directory(sys_directories[i], 0555);
    synthetic_add_all(sys_rows, COUNT(sys_rows), FS_SYS);
    tree_seal("/sys");
    for (u32 i = 0; i < COUNT(sys_directories); i++) tree_seal(sys_directories[i]);
}
