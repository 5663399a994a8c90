/* Page-table entries of RISC-V, the same for Sv39 and Sv48 (privileged specification 1.12, 4.4 and
 * 4.5).
 *
 * Shared code (mem/pagetable.c) sees three kinds of entry: empty (0), table, leaf. A leaf may be
 * *held*: it owns a page that the hardware must not use, because the program said PROT_NONE or
 * because it is about to be freed; then the valid bit is missing and all others are ours. Accessed
 * and dirty are set from the start, so that no hart writes to an entry or faults for want of them,
 * and so that leaves differ from tables even when held: in a table those bits must be zero.
 * `borrowed` marks a page that is not the mapping's own (the program file, the zero page, a file's
 * page): never freed with the mapping. */
#pragma once
#include "types.h"

typedef u64 pte_t;

extern u32 pt_levels; /* physmap.c: 4 with Sv48, 3 with Sv39 */
#define PT_LEVELS pt_levels /* level PT_LEVELS - 1 is the root */
#define PT_ENTRIES 512

#define PTE_VALID (1ull << 0)
#define PTE_READ (1ull << 1)
#define PTE_WRITE (1ull << 2)
#define PTE_EXECUTE (1ull << 3)
#define PTE_USER (1ull << 4)
#define PTE_GLOBAL (1ull << 5)
#define PTE_ACCESSED (1ull << 6)
#define PTE_DIRTY (1ull << 7)
#define PTE_BORROWED (1ull << 8) /* ignored by hardware */
/* Registers: what is memory and what is a device is the machine's own knowledge (physical memory attributes). */
#define PTE_DEVICE 0
#define PTE_FLAG_BITS 10
#define PTE_ADDRESS 0x003ffffffffffc00ull

static inline u32 pte_shift(u32 level) { return PAGE_SHIFT + 9 * level; }
static inline u32 pte_index(u64 va, u32 level) { return (va >> pte_shift(level)) & 511; }

/* prot: 1 read, 2 write, 4 execute (enum prot). What may be written may be read: without that, no such entry is defined.
 * What may be executed alone may not (Linux 6.1: arch/riscv/mm/init.c, protection_map). */
static inline bool prot_readable(u32 prot) { return prot & 3; }

static inline u64 pte_prot_bits(u32 prot) {
    return (prot ? PTE_VALID : 0) | (prot_readable(prot) ? PTE_READ : 0) | (prot & 2 ? PTE_WRITE : 0) |
           (prot & 4 ? PTE_EXECUTE : 0);
}

static inline u64 pte_address_bits(pa_t pa) { return pa >> (PAGE_SHIFT - PTE_FLAG_BITS); }

static inline pte_t pte_table(pa_t pa) { return pte_address_bits(pa) | PTE_VALID; }

static inline pte_t pte_leaf(pa_t pa, u32 prot, u32 level) {
    return pte_address_bits(pa) | pte_prot_bits(prot) | PTE_USER | PTE_ACCESSED | PTE_DIRTY;
}

static inline pte_t pte_kernel_leaf(pa_t pa, u32 prot, u32 level) {
    return pte_address_bits(pa) | pte_prot_bits(prot) | PTE_GLOBAL | PTE_ACCESSED | PTE_DIRTY;
}

static inline bool pte_empty(pte_t e) { return e == 0; }
static inline bool pte_present(pte_t e) { return e & PTE_VALID; } /* the hardware may use it */
static inline bool pte_is_leaf(pte_t e, u32 level) { return level == 0 || (e & PTE_ACCESSED); }
static inline bool pte_borrowed(pte_t e) { return e & PTE_BORROWED; }
static inline pa_t pte_pa(pte_t e) { return (e & PTE_ADDRESS) << (PAGE_SHIFT - PTE_FLAG_BITS); }
static inline u64 pte_flags(pte_t e) { return e & ~PTE_ADDRESS; }

static inline u32 pte_prot(pte_t e) {
    if (!pte_present(e)) return 0;
    return (e & PTE_READ ? 1 : 0) | (e & PTE_WRITE ? 2 : 0) | (e & PTE_EXECUTE ? 4 : 0);
}

static inline pte_t pte_with_prot(pte_t e, u32 prot) {
    return (e & ~(PTE_VALID | PTE_READ | PTE_WRITE | PTE_EXECUTE)) | pte_prot_bits(prot);
}

static inline pte_t pte_borrow(pte_t e) { return e | PTE_BORROWED; }
/* Takes the entry, table or leaf, away from the hardware; what it pointed to stays readable in it. */
static inline pte_t pte_hold(pte_t e) { return e & ~PTE_VALID; }
/* The entry `index` of the 512 smaller leaves that make up the same memory as a huge leaf. */
static inline pte_t pte_split(pte_t huge, u32 level, u32 index) {
    return huge + pte_address_bits((u64)index << pte_shift(level - 1));
}

extern pte_t *kernel_root; /* the one root table: user half and kernel half */
