/* W^X: who may do what with the kernel's own pages. Runs once, before other CPUs and the
 * program. */
#include "arch.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "physmap.h"

extern pte_t boot_pt_kernel[];

static void protect(const char *start, const char *end, u32 prot) {
    for (u64 va = (u64)start; va < (u64)end; va += PAGE_SIZE)
        boot_pt_kernel[pte_index(va, 0)] = pte_kernel_leaf(kernel_to_phys((void *)va), prot, 0);
}

void arch_init_memory(struct boot_info *boot) {
    (void)boot; // early.c has mapped all of its memory already
    physmap_use_page_allocator();
    // head.S uses four levels, which every CPU has
    if (options.paging) log_printf("boot option catkernel.paging: there is no choice on this architecture");

    protect(kernel_start, kernel_text_end, PROT_R | PROT_X);
    protect(kernel_text_end, kernel_rodata_end, PROT_R);
    protect(kernel_rodata_end, kernel_end, PROT_R | PROT_W);

    // the same bytes under their other address: no way round through the direct map
    physmap_protect(kernel_load, kernel_to_phys(kernel_rodata_end), PROT_R);
    arch_tlb_flush_all();
}

/* Beyond this many pages, forgetting all is cheaper than forgetting one by one. */
#define FLUSH_ALL_PAGES 32

void arch_tlb_flush(uptr start, uptr end) {
    if ((end - start) / PAGE_SIZE > FLUSH_ALL_PAGES) {
        write_cr3(read_cr3()); // all but the kernel's global entries
        return;
    }
    for (uptr va = start; va < end; va += PAGE_SIZE) invlpg(va);
}

/* Fetches see what was stored, on every CPU (Intel SDM volume 3, 12.6; at another linear address after the
 * IRET that leaves the kernel). */
void arch_code_appears(void) {}

void arch_tlb_flush_all(void) {
    u64 cr4 = read_cr4();
    write_cr4(cr4 & ~(u64)CR4_PGE); // global entries go only this way
    write_cr4(cr4);
}
