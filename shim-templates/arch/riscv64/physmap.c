/* The direct map. See physmap.h.
 *
 * Its tables come first from two pages of head.S, then from pages that early.c set aside, then
 * from the page allocator. Entries are only ever added, before other harts run; rights change
 * once, then too. */
#include "physmap.h"
#include "arch/cpu-bits.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "string.h"

extern pte_t boot_root_sv48[], boot_root_sv39[], boot_pd_first[], boot_pd_second[];

extern u64 kernel_satp; /* head.S: what other harts begin with */

pte_t *kernel_root;
u32 pt_levels;
unsigned long user_top;

/* Tables that wait for use, a stack of kernel addresses. */
static pte_t *spare[2] = {boot_pd_second, boot_pd_first};
static u32 spare_count = COUNT(spare);
static pa_t given, given_end;
static bool use_page_allocator;

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
        if (!page) refuse_to_boot("Out of memory while mapping physical memory; give the machine more.");
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
    pte_t *pd = table_below(&boot_root_sv39[pte_index(va, 2)]);
    return &pd[pte_index(va, 1)];
}

static void add(pa_t start, pa_t end) {
    for (pa_t pa = ALIGN_DOWN(start, HUGE_SIZE); pa < end; pa += HUGE_SIZE) {
        pte_t *entry = level1_entry(pa);
        if (pte_empty(*entry)) *entry = pte_kernel_leaf(pa, PROT_R | PROT_W, 1);
    }
    // a hart may remember that an address was not mapped
    __asm__ volatile("sfence.vma" : : : "memory");
}

/* Under Sv48 the Sv39 root is the table of the topmost 512 GiB. */
static void set_depth(bool sv48) {
    pt_levels = sv48 ? 4 : 3;
    // as on amd64 the last page stays empty: what runs over the end meets nothing
    user_top = (1ul << (sv48 ? 47 : 38)) - PAGE_SIZE;
    kernel_root = sv48 ? boot_root_sv48 : boot_root_sv39;
}

void physmap_init(void) { set_depth(csr_read(satp) >> SATP_MODE_SHIFT == SATP_SV48); }

void physmap_use_sv39(void) {
    set_depth(false);
    kernel_satp = (u64)SATP_SV39 << SATP_MODE_SHIFT | kernel_to_phys(boot_root_sv39) >> PAGE_SHIFT;
    // the kernel's half means the same before and after; what is remembered of tables does not
    csr_write(satp, kernel_satp);
    __asm__ volatile("sfence.vma" : : : "memory");
}

void physmap_give_tables(pa_t start, u32 count) {
    given = start;
    given_end = start + count * PAGE_SIZE;
}

void physmap_use_page_allocator(void) { use_page_allocator = true; }

void physmap_add_ram(pa_t start, pa_t end) { add(start, end); }

void *map_firmware(pa_t start, u64 size) {
    add(start, start + size);
    return phys_to_virt(start);
}

/* What is memory and what is a device is the machine's own knowledge (physical memory attributes). */
void *map_device(pa_t start, u64 size) { return map_firmware(start, size); }

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
