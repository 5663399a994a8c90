/* Page-table entries of x86-64 with four levels (Intel SDM volume 3A, section 4.5).
 *
 * Shared code (mem/pagetable.c) sees three kinds of entry: empty (0), table, leaf. A leaf may be
 * *held*: it owns a page that the hardware must not use, because the program said PROT_NONE or because
 * it is about to be freed; then only the present bit is missing. `borrowed` marks a page that is not
 * the mapping's own (the program file, the zero page, a file's page): never freed with the mapping.
 *
 * Accessed and dirty are set from the start, so that the CPU never writes to an entry. */
#pragma once
#include "types.h"

typedef u64 pte_t;

#define PT_LEVELS 4 /* level 3 is the root */
#define PT_ENTRIES 512

#define PTE_PRESENT (1ull << 0)
#define PTE_WRITE (1ull << 1)
#define PTE_USER (1ull << 2)
#define PTE_WRITE_THROUGH (1ull << 3)
#define PTE_CACHE_DISABLE (1ull << 4)
#define PTE_ACCESSED (1ull << 5)
#define PTE_DIRTY (1ull << 6)
#define PTE_HUGE (1ull << 7)     /* leaf at level 1 or 2 */
#define PTE_GLOBAL (1ull << 8)
#define PTE_DEVICE (PTE_CACHE_DISABLE | PTE_WRITE_THROUGH) /* registers, not memory */
#define PTE_BORROWED (1ull << 9) /* ignored by hardware */
#define PTE_NX (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull

static inline u32 pte_shift(u32 level) { return PAGE_SHIFT + 9 * level; }
static inline u32 pte_index(u64 va, u32 level) { return (va >> pte_shift(level)) & 511; }

/* prot: 1 read, 2 write, 4 execute (enum prot). x86 cannot forbid reading what may be written or executed. */
static inline bool prot_readable(u32 prot) { return prot != 0; }

static inline u64 pte_prot_bits(u32 prot) {
    return (prot ? PTE_PRESENT : 0) | (prot & 2 ? PTE_WRITE : 0) | (prot & 4 ? 0 : PTE_NX);
}

static inline pte_t pte_table(pa_t pa) { return pa | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED; }

static inline pte_t pte_leaf(pa_t pa, u32 prot, u32 level) {
    return pa | pte_prot_bits(prot) | PTE_USER | PTE_ACCESSED | PTE_DIRTY | (level ? PTE_HUGE : 0);
}

static inline pte_t pte_kernel_leaf(pa_t pa, u32 prot, u32 level) {
    return pa | pte_prot_bits(prot) | PTE_GLOBAL | PTE_ACCESSED | PTE_DIRTY | (level ? PTE_HUGE : 0);
}

static inline bool pte_empty(pte_t e) { return e == 0; }
static inline bool pte_present(pte_t e) { return e & PTE_PRESENT; } /* the hardware may use it */
static inline bool pte_is_leaf(pte_t e, u32 level) { return level == 0 || (e & PTE_HUGE); }
static inline bool pte_borrowed(pte_t e) { return e & PTE_BORROWED; }
static inline pa_t pte_pa(pte_t e) { return e & PTE_ADDRESS; }
static inline u64 pte_flags(pte_t e) { return e & ~PTE_ADDRESS; }

static inline u32 pte_prot(pte_t e) {
    if (!pte_present(e)) return 0;
    return 1 | (e & PTE_WRITE ? 2 : 0) | (e & PTE_NX ? 0 : 4);
}

static inline pte_t pte_with_prot(pte_t e, u32 prot) {
    return (e & ~(PTE_PRESENT | PTE_WRITE | PTE_NX)) | pte_prot_bits(prot);
}

static inline pte_t pte_borrow(pte_t e) { return e | PTE_BORROWED; }
/* Takes the entry, table or leaf, away from the hardware; what it pointed to stays readable in it. */
static inline pte_t pte_hold(pte_t e) { return e & ~PTE_PRESENT; }
/* The entry `index` of the 512 smaller leaves that make up the same memory as a huge leaf. */
static inline pte_t pte_split(pte_t huge, u32 level, u32 index) {
    u64 small = huge + ((u64)index << pte_shift(level - 1));
    return level == 1 ? small & ~PTE_HUGE : small;
}

extern pte_t *kernel_root; /* the one root table: user half and kernel half */
