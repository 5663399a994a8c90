/* The walk over page tables, for every depth and entry format that arch/pte.h describes.
 *
 * Tables are made when a page is mapped and freed with the areas they served. Removing is done from
 * the top: an entry whose whole reach lies in the range is taken from the hardware at once with
 * everything below it, so that giving back a gigabyte costs one store before the shootdown. */
#include "pagetable.h"
#include "abi.h"
#include "log.h"
#include "string.h"

pa_t zero_page;

static pte_t *table_of(pte_t e) { return phys_to_virt(pte_pa(e)); }
static u64 reach(u32 level) { return 1ull << pte_shift(level); }

pte_t *pt_find(uptr va, u32 *level) {
    pte_t *table = kernel_root;
    u32 at = PT_LEVELS - 1;
    for (u32 shift = pte_shift(at);; shift -= 9, at--) {
        pte_t *e = &table[(va >> shift) % PT_ENTRIES];
        *level = at;
        if (pte_empty(*e) || pte_is_leaf(*e, at)) return e;
        table = table_of(*e);
    }
}

pte_t *pt_make(uptr va, u32 level) {
    u32 at = PT_LEVELS - 1;
    return pt_make_below(&kernel_root[pte_index(va, at)], at, va, level);
}

pte_t *pt_make_below(pte_t *e, u32 at, uptr va, u32 level) {
    for (; at > level; at--) {
        if (pte_empty(*e)) {
            pa_t page = page_alloc_zeroed();
            if (!page) return NULL;
            // the table must be zero before another CPU's walker can reach it
            __atomic_store_n(e, pte_table(page), __ATOMIC_RELEASE);
        }
        assert(!pte_is_leaf(*e, at));
        e = &table_of(*e)[pte_index(va, at - 1)];
    }
    return e;
}

int pt_split_at(uptr va) {
    u32 level;
    pte_t *e = pt_find(va, &level);
    while (!pte_empty(*e) && level > 0 && (va & (reach(level) - 1))) {
        pa_t page = pages_alloc(0);
        if (!page) return -ENOMEM;
        pte_t *table = phys_to_virt(page);
        for (u32 i = 0; i < PT_ENTRIES; i++) table[i] = pte_split(*e, level, i);
        // Same translations before and after, so stale entries in TLBs stay right; the caller's
        // shootdown removes them before anything about the small pages changes.
        __atomic_store_n(e, pte_table(page), __ATOMIC_RELEASE);
        e = pt_find(va, &level);
    }
    return 0;
}

/* What unlink_range() saw. */
enum {
    SEEN_LEAF = 1,  /* a CPU may have a translation */
    SEEN_TABLE = 2, /* a CPU may remember a table that goes */
};

/* Tables wholly inside [floor, ceiling) go, too. */
static u32 unlink_in(pte_t *table, u32 level, uptr start, uptr end, uptr floor, uptr ceiling) {
    u32 seen = 0;
    for (uptr va = start, next; va < end; va = next) {
        uptr low = ALIGN_DOWN(va, reach(level));
        next = MIN(low + reach(level), end);
        pte_t *e = &table[pte_index(va, level)];
        if (pte_empty(*e)) continue;
        bool leaf = pte_is_leaf(*e, level);
        assert(!leaf || (va == low && next == low + reach(level)));
        if (leaf || (low >= floor && low + reach(level) - 1 < ceiling)) {
            if (pte_present(*e)) seen |= leaf ? SEEN_LEAF : SEEN_LEAF | SEEN_TABLE;
            *e = pte_hold(*e);
        } else {
            seen |= unlink_in(table_of(*e), level - 1, va, next, floor, ceiling);
        }
    }
    return seen;
}

/* The first step. */
static u32 unlink_range(uptr start, uptr end, uptr floor, uptr ceiling) {
    return unlink_in(kernel_root, PT_LEVELS - 1, start, end, floor, ceiling);
}

static void release_leaf(pte_t e, u32 level, struct pt_counts *counts) {
    u64 pages = 1ull << (9 * level);
    if (!pte_borrowed(e)) {
        counts->owned_pages += pages;
        pages_account(PAGES_ANON, -(i64)pages);
        pages_free(pte_pa(e), 9 * level);
    } else if (pte_pa(e) != zero_page) {
        counts->borrowed_pages += pages;
    }
}

/* `dying`: the table goes too, so everything in it does. */
static void release_in(pte_t *table, u32 level, uptr start, uptr end, bool dying, struct pt_counts *counts) {
    for (uptr va = start, next; va < end; va = next) {
        uptr low = ALIGN_DOWN(va, reach(level));
        next = MIN(low + reach(level), end);
        pte_t *e = &table[pte_index(va, level)];
        if (pte_empty(*e)) continue;
        if (pte_is_leaf(*e, level)) {
            release_leaf(*e, level, counts);
            *e = 0;
            continue;
        }
        bool goes = dying || !pte_present(*e);
        release_in(table_of(*e), level - 1, va, next, goes, counts);
        if (goes) {
            pages_free(pte_pa(*e), 0);
            *e = 0;
        }
    }
}

/* The second: frees what the first took from the hardware. Nothing else needs to be looked at: a table that
 * stays reaches into the area on one side of the gap, so that every table lies over an area, and outside of
 * areas tables are empty. */
static void release_range(uptr start, uptr end, struct pt_counts *counts) {
    release_in(kernel_root, PT_LEVELS - 1, start, end, false, counts);
}

void pt_forget(uptr start, uptr end, struct pt_counts *counts) {
    if (unlink_range(start, end, 0, 0)) tlb_shootdown(start, end);
    release_range(start, end, counts);
}

void pt_remove(uptr start, uptr end, uptr floor, uptr ceiling, struct pt_counts *counts) {
    u32 seen = unlink_range(start, end, floor, ceiling);
    if (seen & SEEN_TABLE) tlb_shootdown_tables(start, end);
    else if (seen) tlb_shootdown(start, end);
    release_range(start, end, counts);
}

bool pt_protect(uptr start, uptr end, u32 prot, bool copy_on_write) {
    bool withdrawn = false;
    u32 level;
    for (uptr va = start; va < end; va = ALIGN_DOWN(va, reach(level)) + reach(level)) {
        pte_t *e = pt_find(va, &level);
        if (pte_empty(*e)) continue;
        u32 allowed = copy_on_write && pte_borrowed(*e) ? prot_unwritable(prot) : prot;
        withdrawn |= (pte_prot(*e) & ~allowed) != 0;
        *e = pte_with_prot(*e, allowed);
    }
    return withdrawn;
}

int pt_move(uptr from, uptr to, u64 size) {
    u32 level;
    // Make all that is needed first, so that a failure leaves everything where it was.
    for (uptr va = from; va < from + size; va = ALIGN_DOWN(va, reach(level)) + reach(level)) {
        pte_t *e = pt_find(va, &level);
        if (pte_empty(*e)) continue;
        if (level > 0 && ((to - from) & (reach(level) - 1))) {
            // a huge leaf that cannot stay one at its new place
            if (pt_split_at(ALIGN_DOWN(va, reach(level)) + PAGE_SIZE) < 0) return -ENOMEM;
            level = 0;
        }
        if (!pt_make(va - from + to, level)) return -ENOMEM;
    }
    for (uptr va = from; va < from + size; va = ALIGN_DOWN(va, reach(level)) + reach(level)) {
        pte_t *e = pt_find(va, &level);
        if (pte_empty(*e)) continue;
        *pt_make(va - from + to, level) = *e;
        *e = 0;
    }
    return 0;
}

void pt_residence(uptr start, u64 pages, u8 *out) {
    for (u64 i = 0; i < pages; i++) {
        u32 level;
        out[i] = !pte_empty(*pt_find(start + i * PAGE_SIZE, &level));
    }
}

bool pt_map_kernel(u64 va, pa_t pa, u32 prot) {
    pte_t *e = pt_make(va, 0);
    if (!e) return false;
    *e = pte_kernel_leaf(pa, prot, 0);
    return true;
}
