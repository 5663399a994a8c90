/* The zero page of the Linux x86 boot protocol, made into a struct boot_info.
 * Linux Documentation/arch/x86/boot.rst and zero-page.rst name the fields. */
#include "early.h"
#include "log.h"
#include "mem.h"
#include "physmap.h"
#include "platform/boot-params.h"
#include "string.h"

#define LOW_MEMORY_END 0xa0000 /* above it: video memory and firmware */
#define COMMAND_LINE_MAX 4096
#define E820_ENTRY_SIZE 20

_Static_assert(sizeof(struct nameplate) == PAGE_SIZE, "image/nameplate.S lays out one page");

pa_t trampoline_pages;

static pa_t command_line_pa(const u8 *zero_page) {
    return read_u32(zero_page + BP_CMDLINE) | (u64)read_u32(zero_page + BP_EXT_CMDLINE) << 32;
}

void boot_info_memory(struct boot_info *boot, const u8 *zero_page, pa_t zero_page_pa) {
    const u8 *entries = zero_page + BP_E820_TABLE;
    u32 count = MIN(zero_page[BP_E820_ENTRIES], BP_E820_MAX);
    for (u32 i = 0; i < count; i++) {
        const u8 *e = entries + i * E820_ENTRY_SIZE;
        if (read_u32(e + 16) == E820_RAM) ranges_add_usable(boot, read_u64(e), read_u64(e) + read_u64(e + 8));
    }
    if (boot->usable_count == 0) refuse_to_boot("The loader gave no map of memory (E820).");
    ranges_merge_usable(boot);
    for (u32 i = 0; i < count; i++) {
        const u8 *e = entries + i * E820_ENTRY_SIZE;
        pa_t start = read_u64(e), end = start + read_u64(e + 8);
        if (read_u32(e + 16) != E820_RAM && ranges_overlap_usable(boot, start, end))
            boot_reserve(boot, start, end);
    }

    // page 0 holds the firmware's interrupt vectors, and its address means "none" everywhere
    boot_reserve(boot, 0, PAGE_SIZE);
    boot->kernel_start = kernel_load;
    boot->payload = payload_at;
    boot_reserve(boot, kernel_load, kernel_to_phys(kernel_end));
    boot_reserve(boot, image_at, payload_at);
    boot_reserve(boot, zero_page_pa, zero_page_pa + BP_SIZE);
    pa_t line = command_line_pa(zero_page);
    if (line) boot_reserve(boot, line, line + COMMAND_LINE_MAX);
}

/* The seed is used once: another kernel started in this memory must not find it (Linux wipes it
 * too). */
static void take_seed(struct boot_info *boot, u8 *data, u32 size) {
    u8 *seed = (u8 *)boot->rng_seed;
    for (u32 i = 0; i < size; i++) {
        seed[i % sizeof boot->rng_seed] ^= data[i];
        data[i] = 0;
    }
}

/* setup_data is a chain of {next, type, length, data}. QEMU appends it to the kernel file in
 * memory: then the payload ends before it. */
static void follow_setup_data(struct boot_info *boot, pa_t at) {
    for (u32 i = 0; at && i < 64; i++) {
        u8 *node = map_firmware(at, 16);
        u32 type = read_u32(node + 8), size = read_u32(node + 12);
        map_firmware(at, 16 + (u64)size);
        if (type == SETUP_RNG_SEED) take_seed(boot, node + 16, size);
        pa_t loaded_end = boot->payload + boot->payload_size;
        if (at >= boot->payload && at < loaded_end) boot->payload_size = at - boot->payload;
        at = read_u64(node);
    }
}

/* Signature on a 16-byte boundary in the first KiB of the EBDA or in the BIOS area (ACPI 6.4,
 * 5.2.5.1). */
static pa_t scan_for_rsdp(pa_t start, u64 size) {
    const u8 *memory = map_firmware(start, size);
    for (u64 i = 0; i < size; i += 16) {
        if (memcmp(memory + i, "RSD PTR ", 8)) continue;
        u8 sum = 0;
        for (u32 j = 0; j < 20; j++) sum += memory[i + j];
        if (sum == 0) return start + i;
    }
    return 0;
}

static pa_t find_rsdp(const u8 *zero_page) {
    pa_t rsdp = read_u64(zero_page + BP_ACPI_RSDP);
    if (rsdp) return rsdp;
    pa_t ebda = (pa_t)read_u16(map_firmware(0x40e, 2)) << 4; // BIOS data area: its segment
    if (ebda >= PAGE_SIZE && ebda < LOW_MEMORY_END) rsdp = scan_for_rsdp(ebda, KIB);
    return rsdp ? rsdp : scan_for_rsdp(0xe0000, 0x20000);
}

void boot_info_rest(struct boot_info *boot, const u8 *zero_page) {
    // how much was loaded behind the kernel: the hypervisor knows, or `catkernel pack` wrote it
    // down
    nameplate = phys_to_virt(payload_at - sizeof *nameplate);
    u64 own = nameplate->kernel_size, loaded = fw_cfg_kernel_size();
    u64 behind_setup = payload_at - image_at;
    if (loaded > behind_setup) boot->payload_size = loaded - behind_setup;
    else if (nameplate->image_size > own) boot->payload_size = nameplate->image_size - own;

    pa_t line = command_line_pa(zero_page);
    boot->command_line = line ? map_firmware(line, COMMAND_LINE_MAX) : "";
    follow_setup_data(boot, read_u64(zero_page + BP_SETUP_DATA));
    boot->platform = find_rsdp(zero_page);

    u64 size = TRAMPOLINE_PAGES * PAGE_SIZE;
    trampoline_pages = boot_find_free(boot, size, PAGE_SIZE, LOW_MEMORY_END);
    if (trampoline_pages) boot_reserve(boot, trampoline_pages, trampoline_pages + size);
}
