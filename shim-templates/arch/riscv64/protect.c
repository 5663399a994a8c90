/* W^X: who may do what with the kernel's own pages. Runs once, before other harts and the program. */
#include "arch.h"
#include "cpu.h"
#include "early.h"
#include "log.h"
#include "mem.h"
#include "physmap.h"
#include "string.h"

extern pte_t boot_pt_kernel[];

static void protect(const char *start, const char *end, u32 prot) {
    for (u64 va = (u64)start; va < (u64)end; va += PAGE_SIZE)
        boot_pt_kernel[pte_index(va, 0)] = pte_kernel_leaf(kernel_to_phys((void *)va), prot, 0);
}

/* Fewer levels than the hart has: shows what a program meets on a hart with Sv39 alone, and makes the
 * walks shorter. */
static void choose_paging(const char *name) {
    if (!name || strcmp(name, PT_LEVELS == 4 ? "sv48" : "sv39") == 0) return;
    if (strcmp(name, "sv39") == 0) physmap_use_sv39();
    else if (strcmp(name, "sv48") == 0) log_printf("boot option catkernel.paging: this hart has no Sv48");
    else log_printf("boot option catkernel.paging=%s is not known: it is sv48 or sv39", name);
}

void arch_init_memory(struct boot_info *boot) {
    (void)boot; // early.c has mapped all of its memory already
    physmap_use_page_allocator();
    choose_paging(options.paging);

    protect(kernel_start, kernel_text_end, PROT_R | PROT_X);
    protect(kernel_text_end, kernel_rodata_end, PROT_R);
    protect(kernel_rodata_end, kernel_end, PROT_R | PROT_W);

    // the same bytes under their other address: no way round through the direct map
    physmap_protect(kernel_load, kernel_to_phys(kernel_rodata_end), PROT_R);
    arch_tlb_flush_all();
}

/* All of the program's translations, whatever the range: naming an address would leave remembered
 * tables alone (privileged specification 1.12, 4.2.1), and those change too. Naming the one
 * address space spares the kernel's global entries. There is one program, so there is one space and
 * nothing that other ASIDs could keep: no switch of threads ever writes satp. */
void arch_tlb_flush(uptr start, uptr end) {
    u64 asid = 0;
    __asm__ volatile("sfence.vma zero, %0" : : "r"(asid) : "memory");
}

/* FENCE.I works on one hart only: trap.c executes it on the others. */
void arch_code_appears(void) {
    __asm__ volatile("fence.i" : : : "memory");
    cpus_barrier();
}

void arch_tlb_flush_all(void) { __asm__ volatile("sfence.vma" : : : "memory"); }
