/* Walking and changing the one page table. Everything here is done with LOCK_MM held (kernel half:
 * at boot, or under the lock of the kernel stacks). */
#pragma once
#include "mem.h"

/* For pages that are to be copied first. What may be written may be read (allowed() in fault.c), and still may. */
static inline u32 prot_unwritable(u32 prot) { return prot & PROT_W ? (prot & ~PROT_W) | PROT_R : prot; }

/* What a walk took away, to be subtracted from the address space's counts. */
struct pt_counts {
    u64 owned_pages;    /* were the mapping's own: freed */
    u64 borrowed_pages; /* a file's pages: only forgotten (the zero page does not count) */
};

/* The entry that decides about `va`: a leaf, or the empty entry nearest to the root. */
pte_t *pt_find(uptr va, u32 *level);
/* The entry for `va` at `level`, with the tables above it made where missing. NULL: out of memory.
 * Invariant: no larger leaf covers `va` (pt_split_at() first). */
pte_t *pt_make(uptr va, u32 level);
/* The same, from the entry at level `at` that pt_find() has found. */
pte_t *pt_make_below(pte_t *e, u32 at, uptr va, u32 level);
/* If a huge leaf reaches across `va`, replaces it by a table of small ones. 0 or -ENOMEM. */
int pt_split_at(uptr va);

/* Taking a range away: first the hardware loses it, then every TLB, then its pages are freed.
 * pt_forget() keeps the tables, for a range that will be touched again. pt_remove() also frees
 * those that lie wholly in [floor, ceiling), the room between the areas left and right. */
void pt_forget(uptr start, uptr end, struct pt_counts *counts);
void pt_remove(uptr start, uptr end, uptr floor, uptr ceiling, struct pt_counts *counts);

/* Gives every leaf of the range the permissions of `prot`, without writing for borrowed pages if
 * `copy_on_write`. Returns whether a permission was withdrawn. */
bool pt_protect(uptr start, uptr end, u32 prot, bool copy_on_write);
/* Moves the leaves of [from, from+size) to `to`. 0 or -ENOMEM (then nothing has moved). The caller
 * shoots down the old range. */
int pt_move(uptr from, uptr to, u64 size);
/* One byte per page, 1 where a page is present (for mincore). */
void pt_residence(uptr start, u64 pages, u8 *out);

/* Maps kernel memory with 4 KiB leaves. */
bool pt_map_kernel(u64 va, pa_t pa, u32 prot);

extern pa_t zero_page; /* shared by all reads of untouched anonymous memory */
