/* The direct map. See physmap.h.
 *
 * Its tables come first from those of head.S that are not needed any more, then from pages that
 * boot/map-memory.c set aside, then from the page allocator. Entries are only ever added, so other
 * CPUs need no flush; rights change once, before other CPUs run. */
#include "physmap.h"
#include "kernel-image.h"
#include "log.h"
#include "mem.h"
#include "string.h"

/* Tables that wait for use, a stack of kernel addresses. */
static pte_t *spare[4];
static u32 spare_count;
static pa_t given, given_end;
static bool use_page_allocator;

void physmap_spare_table(pte_t *table) { spare[spare_count++] = table; }

void physmap_give_tables(pa_t start, u32 count) {
    given = start;
    given_end = start + count * PAGE_SIZE;
}

void physmap_use_page_allocator(void) { use_page_allocator = true; }

/* A kernel address for a table: those of head.S are reached through the image, all others through
 * the direct map itself. */
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
    if (pa >= PHYSMAP_SIZE) panic("physical address %#lx is beyond the direct map", pa);
    u64 va = PHYSMAP_BASE + pa;
    pte_t *table = physmap_root;
    for (u32 level = PHYSMAP_LEVELS - 1; level > 1; level--) table = table_below(&table[pte_index(va, level)]);
    return &table[pte_index(va, 1)];
}

static void *map(pa_t start, pa_t end, u64 flags) {
    for (pa_t pa = ALIGN_DOWN(start, HUGE_SIZE); pa < end; pa += HUGE_SIZE) {
        pte_t *entry = level1_entry(pa);
        if (pte_empty(*entry)) *entry = pte_kernel_leaf(pa, PROT_R | PROT_W, 1) | flags;
    }
    arch_physmap_grew();
    return phys_to_virt(start);
}

void physmap_add_ram(pa_t start, pa_t end) { map(start, end, 0); }

void *map_firmware(pa_t start, u64 size) { return map(start, start + size, 0); }

void *map_device(pa_t start, u64 size) { return map(start, start + size, PTE_DEVICE); }

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
