/* What the direct map (mem/physmap.c) has of this architecture's tables. */
#include "physmap.h"
#include "insn.h"
#include "kernel-image.h"

extern pte_t boot_pml4[], boot_pdpt_low[], boot_pd_low[], boot_pd_next[];

pte_t *kernel_root = boot_pml4;
pte_t *const physmap_root = boot_pml4;

void physmap_init(void) {
    // the one-to-one map has done its work
    boot_pml4[(kernel_load >> 39) & 511] = 0;
    write_cr3(read_cr3());
    physmap_spare_table(boot_pd_next);
    physmap_spare_table(boot_pd_low);
    physmap_spare_table(boot_pdpt_low);
}

/* Nothing is remembered of what was not present (Intel SDM volume 3A, 4.10.2.3). */
void arch_physmap_grew(void) {}
