/* The vDSO's place in the program: its data page, then its image. Where handlers return to it, that place is
 * the entry in its ELF header.
 *
 * The image is copied into pages of its own, as the kernel's read-only data around it is nobody's
 * business; the data page is the very one that clock.c keeps. */
#include "abi.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "random.h"
#include "string.h"

#define IMAGE_PAGES_MAX 4

extern const char vdso_image[], vdso_image_end[];

uptr vdso_sigreturn;

uptr vdso_map(void) {
    size_t size = (size_t)(vdso_image_end - vdso_image);
    u32 count = (u32)(ALIGN_UP(size, PAGE_SIZE) / PAGE_SIZE);
    assert(count <= IMAGE_PAGES_MAX);
    pa_t pages[1 + IMAGE_PAGES_MAX] = {virt_to_phys(vdso_data)};
    for (u32 i = 0; i < count; i++) {
        pages[1 + i] = page_alloc_zeroed();
        if (!pages[1 + i]) refuse_to_boot("No memory is left for the vDSO.");
        memcpy(phys_to_virt(pages[1 + i]), vdso_image + i * PAGE_SIZE, MIN(PAGE_SIZE, size - i * PAGE_SIZE));
    }
    // A generation of 0 tells the vDSO to ask the kernel each time.
    vdso_data->random_generation = random_is_seeded() ? 1 : 0;

    // The data page must not be executable, the code not writable: two areas, side by side.
    uptr at = 0;
    if (mem_map_special(&at, pages, 1 + count, PROT_R, "[vvar]") < 0) return 0;
    uptr code = at + PAGE_SIZE;
    mem_unmap(code, count * PAGE_SIZE);
    if (mem_map_special(&code, pages + 1, count, PROT_R | PROT_X, "[vdso]") < 0) return 0;
    const struct abi_elf64_hdr *header = (const struct abi_elf64_hdr *)vdso_image;
    if (header->e_entry) vdso_sigreturn = code + header->e_entry;
    return code;
}
