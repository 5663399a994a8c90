/* Page faults: where the memory of the program comes from.
 *
 * Anonymous memory is zero on first touch; a read alone may get the one shared page of zeroes.
 * Pages of files are mapped where they lie, a few around the fault at once, and copied when a
 * private mapping writes them; that is how the program's own text costs nothing beside its image.
 *
 * Pages are allocated and zeroed before the lock is taken for the last time, so that CPUs that
 * fault at once only wait for each other's page-table entries. After each allocation everything is
 * looked up anew: the area may have gone. */
#include "fault.h"
#include "abi.h"
#include "arch.h"
#include "boot.h"
#include "file.h"
#include "log.h"
#include "pagetable.h"
#include "string.h"

/* Result of one attempt; negative numbers ask for a page and another attempt. */
enum { DONE = 0, NEED_PAGE = -1, NEED_HUGE = -2, NEED_MEMORY = -3 };

#define SIGNAL(signo, code) ((code) << 8 | (signo))

/* What one fault has allocated so far. */
struct stock {
    pa_t page, huge;
    bool no_huge; /* there was none */
};

/* Pages of a file mapped together around a read fault. */
#define AROUND_PAGES 32

/* A program below this size keeps small pages: its few touched places would cost 2 MiB each. */
#ifndef HUGE_AFTER_PAGES
#define HUGE_AFTER_PAGES (16 * MIB / PAGE_SIZE)
#endif

/* Lending the zero page saves a page as long as nobody writes there; then it costs a second fault
 * and a shootdown. Programs are of one kind or the other, so what became of the earlier ones
 * decides. */
static u64 zeroes_lent, zeroes_written;

static bool lend_zeroes(void) { return zeroes_written <= zeroes_lent / 8 + 32; }

static bool huge_wanted(const struct area *area, uptr address, u32 level,
                        const struct stock *stock) {
    uptr low = ALIGN_DOWN(address, HUGE_SIZE);
    return options.huge_pages && !stock->no_huge && level >= 1 && !(area->flags & AREA_NO_HUGE) &&
           (area->prot & PROT_W) && area->start <= low && low + HUGE_SIZE <= area->end &&
           space.anon_pages >= HUGE_AFTER_PAGES && pages_free_count() >= pages_total() / 4;
}

static pte_t leaf_of(const struct area *area, pa_t pa, u32 level) {
    if (area->prot & PROT_X) arch_code_appears();
    return pte_leaf(pa, area->prot, level);
}

/* The program's own file: nobody has written it since the first CPU began. */
static bool in_program(pa_t pa) { return pa - payload.elf < payload.elf_size; }

/* A page that is not the area's own: written only where the file itself is to change. */
static pte_t borrowed_leaf(const struct area *area, pa_t pa) {
    u32 prot = area->kind == AREA_FILE_SHARED ? area->prot : prot_unwritable(area->prot);
    if ((prot & PROT_X) && !in_program(pa)) arch_code_appears();
    return pte_borrow(pte_leaf(pa, prot, 0));
}

/* `at`, at `level`: where the walk has ended. */
static int fault_anon(struct area *area, uptr address, pte_t *at, u32 level, bool write, struct stock *stock) {
    if (huge_wanted(area, address, level, stock)) {
        if (!stock->huge) return NEED_HUGE;
        pte_t *e = pt_make_below(at, level, address, 1);
        if (!e) return NEED_MEMORY;
        *e = leaf_of(area, stock->huge, 1);
        stock->huge = 0;
        resident_add(HUGE_SIZE / PAGE_SIZE, 0);
        return DONE;
    }
    bool lend = !write && lend_zeroes();
    if (!lend && !stock->page) return NEED_PAGE;
    pte_t *e = pt_make_below(at, level, address, 0);
    if (!e) return NEED_MEMORY;
    if (lend) {
        *e = borrowed_leaf(area, zero_page);
        zeroes_lent++;
        return DONE;
    }
    *e = leaf_of(area, stock->page, 0);
    stock->page = 0;
    resident_add(1, 0);
    return DONE;
}

/* Maps what else of the file is at hand near `address`, inside one table. */
static void map_around(struct area *area, uptr address) {
    uptr window = ALIGN_DOWN(address, AROUND_PAGES * PAGE_SIZE);
    uptr low = MAX(window, area->start);
    uptr high = MIN(window + AROUND_PAGES * PAGE_SIZE, area->end);
    pte_t *table = pt_make(address, 0) - pte_index(address, 0);
    u64 size = __atomic_load_n(&area->inode->size, __ATOMIC_RELAXED);
    for (uptr va = low; va < high; va += PAGE_SIZE) {
        u64 offset = area->offset + (va - area->start);
        pte_t *e = &table[pte_index(va, 0)];
        if (offset >= size || !pte_empty(*e)) continue;
        pa_t pa = area->inode->ops->page(area->inode, offset / PAGE_SIZE, false);
        if (!pa) continue;
        *e = borrowed_leaf(area, pa);
        resident_add(0, 1);
    }
}

static int fault_file(struct area *area, uptr address, bool write, struct stock *stock) {
    struct inode *inode = area->inode;
    bool shared = area->kind == AREA_FILE_SHARED;
    u64 offset = area->offset + (ALIGN_DOWN(address, PAGE_SIZE) - area->start);
    if (offset >= __atomic_load_n(&inode->size, __ATOMIC_RELAXED)) return SIGNAL(SIGBUS, BUS_ADRERR);

    pa_t pa = inode->ops->page ? inode->ops->page(inode, offset / PAGE_SIZE, shared) : 0;
    // a shared mapping whose file has no page to lend: the disk is full (Linux: mm/shmem.c, shmem_fault)
    if (!pa && shared) return SIGNAL(SIGBUS, BUS_ADRERR);
    bool copy = !pa || (write && !shared);
    if (copy && !stock->page) return NEED_PAGE;
    pte_t *e = pt_make(address, 0);
    if (!e) return NEED_MEMORY;
    if (!copy) {
        *e = borrowed_leaf(area, pa);
        resident_add(0, 1);
        if (!shared) map_around(area, address);
        return DONE;
    }
    if (pa) memcpy(phys_to_virt(stock->page), phys_to_virt(pa), PAGE_SIZE);
    else if (!inode->ops->copy_page ||
             inode->ops->copy_page(inode, offset / PAGE_SIZE, phys_to_virt(stock->page)) < 0)
        return SIGNAL(SIGBUS, BUS_ADRERR);
    *e = leaf_of(area, stock->page, 0);
    stock->page = 0;
    resident_add(1, 0);
    return DONE;
}

/* The page is there, but not for this access: copy on write, or a stale translation of this CPU. */
static int fault_present(struct area *area, uptr address, u32 level, pte_t *e, bool write,
                         struct stock *stock) {
    uptr page = ALIGN_DOWN(address, PAGE_SIZE);
    bool copy = write && pte_borrowed(*e) && area->kind != AREA_FILE_SHARED &&
                area->kind != AREA_SPECIAL;
    if (!copy) {
        pte_t now = leaf_of(area, pte_pa(*e), level);
        if (pte_borrowed(*e)) now = borrowed_leaf(area, pte_pa(*e));
        if (area->kind == AREA_SPECIAL) now = pte_borrow(leaf_of(area, pte_pa(*e), 0));
        *e = now;
        arch_tlb_flush(page, page + PAGE_SIZE);
        return DONE;
    }
    if (!stock->page) return NEED_PAGE;
    bool was_zero = pte_pa(*e) == zero_page;
    if (!was_zero) memcpy(phys_to_virt(stock->page), phys_to_virt(pte_pa(*e)), PAGE_SIZE);
    // Other CPUs must not read the old page after this one has written the new one.
    *e = leaf_of(area, stock->page, 0);
    stock->page = 0;
    tlb_shootdown(page, page + PAGE_SIZE);
    zeroes_written += was_zero;
    resident_add(1, was_zero ? 0 : -1);
    return DONE;
}

static bool allowed(const struct area *area, u32 access) {
    if (access == FAULT_WRITE) return area->prot & PROT_W;
    if (access == FAULT_EXECUTE) return area->prot & PROT_X;
    return prot_readable(area->prot);
}

static int attempt(uptr address, u32 access, struct stock *stock) {
    struct area *area = area_at(address);
    if (!area) return SIGNAL(SIGSEGV, SEGV_MAPERR);
    if (!allowed(area, access)) return SIGNAL(SIGSEGV, SEGV_ACCERR);
    u32 level;
    pte_t *e = pt_find(address, &level);
    bool write = access == FAULT_WRITE;
    if (!pte_empty(*e)) return fault_present(area, address, level, e, write, stock);
    if (area->kind == AREA_ANON) return fault_anon(area, address, e, level, write, stock);
    if (area->kind == AREA_SPECIAL) return SIGNAL(SIGSEGV, SEGV_MAPERR);
    return fault_file(area, address, write, stock);
}

/* Fetches what the attempt asked for, without any lock. False: memory is out. */
static bool fetch(int need, struct stock *stock) {
    if (need == NEED_HUGE) {
        stock->huge = memory_left(HUGE_SIZE / PAGE_SIZE) ? pages_alloc(9) : 0;
        if (stock->huge) {
            memset(phys_to_virt(stock->huge), 0, HUGE_SIZE);
            pages_account(PAGES_ANON, HUGE_SIZE / PAGE_SIZE);
        } else {
            stock->no_huge = true;
        }
        return true;
    }
    if (need == NEED_MEMORY || !memory_left(1)) return false;
    stock->page = page_alloc_zeroed();
    if (stock->page) pages_account(PAGES_ANON, 1);
    return stock->page != 0;
}

/* Another thread may have been faster. */
static void give_back(struct stock *stock) {
    if (stock->page) {
        pages_account(PAGES_ANON, -1);
        pages_free(stock->page, 0);
    }
    if (stock->huge) {
        pages_account(PAGES_ANON, -(i64)(HUGE_SIZE / PAGE_SIZE));
        pages_free(stock->huge, 9);
    }
}

int mem_fault(uptr address, u32 access) {
    struct stock stock = {0};
    // Nearly every write needs a page: with one at hand the first attempt succeeds.
    if (access == FAULT_WRITE) fetch(NEED_PAGE, &stock);
    for (;;) {
        space_lock();
        int result = attempt(address, access, &stock);
        space_unlock();
        if (result >= 0) {
            give_back(&stock);
            return result;
        }
        if (!fetch(result, &stock)) {
            give_back(&stock);
            out_of_memory();
            return SIGNAL(SIGKILL, SI_KERNEL);
        }
    }
}
