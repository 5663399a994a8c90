/* The direct map. See physmap.h.
 *
 * Its tables come first from the pages that head.S needed only for its jump, then from pages
 * that early.c set aside, then from the page allocator. Entries are only ever added, so other
 * CPUs need no flush; rights change once, before other CPUs run. */
#include "physmap.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "string.h"

extern pte_t boot_pml4[], boot_pdpt_low[], boot_pd_low[], boot_pd_next[];

pte_t *kernel_root = boot_pml4;

/* Tables that wait for use, a stack of kernel addresses. */
static pte_t *spare[3] = {boot_pd_next, boot_pd_low, boot_pdpt_low};
static u32 spare_count = COUNT(spare);
static pa_t given, given_end;
static bool use_page_allocator;

/* A kernel address for a table: those of head.S are reached through the image, all others
 * through the direct map itself. */
static pa_t table_to_phys(pte_t *table) {
    return in_kernel_image(table) ? kernel_to_phys(table) : virt_to_phys(table);
}

static pte_t *new_table(void) {
    pte_t *table;
    if (spare_count) {
        table = spare[--spare_count];
    } else if (given < given_end) {
        table = phys_to_virt(given);
        given += PAGE_SIZE;
    } else {
        pa_t page = use_page_allocator ? pages_alloc(0) : 0;
        if (!page) refuse_to_boot("There is too little memory. Give the machine more (QEMU: -m).");
        table = phys_to_virt(page);
    }
    memset(table, 0, PAGE_SIZE);
    return table;
}

static pte_t *table_below(pte_t *entry) {
    if (pte_empty(*entry)) *entry = pte_table(table_to_phys(new_table()));
    pa_t pa = pte_pa(*entry);
    // tables of head.S are the only ones inside the kernel image
    if (pa >= kernel_load && pa < kernel_to_phys(kernel_end))
        return (pte_t *)(kernel_start + (pa - kernel_load));
    return phys_to_virt(pa);
}

static pte_t *level1_entry(pa_t pa) {
    u64 va = PHYSMAP_BASE + pa;
    pte_t *pdpt = table_below(&boot_pml4[pte_index(va, 3)]);
    pte_t *pd = table_below(&pdpt[pte_index(va, 2)]);
    return &pd[pte_index(va, 1)];
}

static void add(pa_t start, pa_t end, u64 flags) {
    for (pa_t pa = ALIGN_DOWN(start, HUGE_SIZE); pa < end; pa += HUGE_SIZE) {
        pte_t *entry = level1_entry(pa);
        if (pte_empty(*entry)) *entry = pte_kernel_leaf(pa, PROT_R | PROT_W, 1) | flags;
    }
}

void physmap_init(void) {
    // the one-to-one map has done its work; its tables are the first spare ones
    boot_pml4[(kernel_load >> 39) & 511] = 0;
    write_cr3(read_cr3());
}

void physmap_give_tables(pa_t start, u32 count) {
    given = start;
    given_end = start + count * PAGE_SIZE;
}

void physmap_use_page_allocator(void) { use_page_allocator = true; }

void physmap_add_ram(pa_t start, pa_t end) { add(start, end, 0); }

void *map_firmware(pa_t start, u64 size) {
    add(start, start + size, 0);
    return phys_to_virt(start);
}

void *map_device(pa_t start, u64 size) {
    add(start, start + size, PTE_CACHE_DISABLE | PTE_WRITE_THROUGH);
    return phys_to_virt(start);
}

void physmap_protect(pa_t start, pa_t end, u32 prot) {
    for (pa_t pa = start; pa < end; pa += PAGE_SIZE) {
        pte_t *entry = level1_entry(pa);
        if (pte_is_leaf(*entry, 1)) {
            pte_t huge = *entry, *table = new_table();
            for (u32 i = 0; i < PT_ENTRIES; i++) table[i] = pte_split(huge, 1, i);
            *entry = pte_table(table_to_phys(table));
        }
        pte_t *page = &table_below(entry)[pte_index(PHYSMAP_BASE + pa, 0)];
        *page = pte_with_prot(*page, prot);
    }
}
