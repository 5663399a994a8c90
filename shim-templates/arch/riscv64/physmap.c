/* What the direct map (mem/physmap.c) has of this architecture's tables. */
#include "physmap.h"
#include "arch.h"
#include "arch/cpu-bits.h"
#include "early.h"
#include "insn.h"
#include "mem.h"

extern pte_t boot_root_sv48[], boot_root_sv39[], boot_pd_first[], boot_pd_second[];

extern u64 kernel_satp; /* head.S: what other harts begin with */

/* Under Sv48 the Sv39 root is the table of the topmost 512 GiB. */
pte_t *const physmap_root = boot_root_sv39;
pte_t *kernel_root;
u32 pt_levels;
unsigned long user_top;

static void set_depth(bool sv48) {
    pt_levels = sv48 ? 4 : 3;
    // as on amd64 the last page stays empty: what runs over the end meets nothing
    user_top = (1ul << (sv48 ? 47 : 38)) - PAGE_SIZE;
    kernel_root = sv48 ? boot_root_sv48 : boot_root_sv39;
}

void physmap_init(void) {
    set_depth(csr_read(satp) >> SATP_MODE_SHIFT == SATP_SV48);
    physmap_spare_table(boot_pd_second);
    physmap_spare_table(boot_pd_first);
}

void physmap_use_sv39(void) {
    set_depth(false);
    kernel_satp = (u64)SATP_SV39 << SATP_MODE_SHIFT | kernel_to_phys(boot_root_sv39) >> PAGE_SHIFT;
    // the kernel's half means the same before and after; what is remembered of tables does not
    csr_write(satp, kernel_satp);
    arch_tlb_flush_all();
}

/* A hart may remember that an address was not mapped (privileged specification 1.12, 4.2.1). */
void arch_physmap_grew(void) { arch_tlb_flush_all(); }
