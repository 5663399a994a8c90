/* The only functions of the kernel that touch the program's memory. See user-arch.h.
 *
 * They do not use the program's addresses: each page is looked up in the page table, as the hart
 * would, and reached through the direct map. So supervisor access to user pages (sstatus.SUM) is
 * never on, and there are no faults to fix up. Nor would it be cheap: some harts, QEMU's before
 * 8.1 among them, forget all translations whenever SUM changes.
 *
 * Invariant: what the walk has found stays ours until this hart serves requests, which happens
 * only in page_fault() here, after which the walk begins again. A page is freed, or made
 * read-only, only after every hart has obeyed a shootdown (mem/shootdown.c), and this one does not
 * while it is copying. */
#include "arch.h"
#include "abi.h"
#include "arch/user-arch.h"
#include "mem.h"
#include "string.h"

/* The page's entry as it is now, each level read once; 0 if there is none. */
static INLINE pte_t look_up(uptr va, u32 *level) {
    pte_t *table = kernel_root;
    u32 at = PT_LEVELS - 1;
    for (u32 shift = pte_shift(at);; shift -= 9, at--) {
        pte_t e = __atomic_load_n(&table[(va >> shift) % PT_ENTRIES], __ATOMIC_RELAXED);
        if (!pte_present(e)) return 0;
        *level = at;
        if (pte_is_leaf(e, at)) return e;
        table = phys_to_virt(pte_pa(e));
    }
}

/* Where the byte at `va` is in the direct map; NULL if the program may not access it so. */
static void *reach(uptr va, bool write) {
    u64 needed = PTE_USER | (write ? PTE_WRITE : PTE_READ);
    for (;;) {
        u32 level;
        pte_t e = look_up(va, &level);
        u64 offset = va & ((1ull << pte_shift(level)) - 1);
        if ((e & needed) == needed) return phys_to_virt(pte_pa(e) + offset);
        if (!page_fault(NULL, va, write ? FAULT_WRITE : FAULT_READ, false)) return NULL;
    }
}

/* Bytes from `va` to the end of its page, at most n. */
static size_t piece_at(uptr va, size_t n) { return MIN(n, PAGE_SIZE - (va & (PAGE_SIZE - 1))); }

size_t arch_user_copy_in(void *to, uptr from, size_t n) {
    while (n) {
        size_t piece = piece_at(from, n);
        const void *page = reach(from, false);
        if (!page) break;
        memcpy(to, page, piece);
        to = (u8 *)to + piece, from += piece, n -= piece;
    }
    return n;
}

size_t arch_user_copy_out(uptr to, const void *from, size_t n) {
    while (n) {
        size_t piece = piece_at(to, n);
        void *page = reach(to, true);
        if (!page) break;
        memcpy(page, from, piece);
        to += piece, from = (const u8 *)from + piece, n -= piece;
    }
    return n;
}

size_t arch_user_zero(uptr to, size_t n) {
    while (n) {
        size_t piece = piece_at(to, n);
        void *page = reach(to, true);
        if (!page) break;
        memset(page, 0, piece);
        to += piece, n -= piece;
    }
    return n;
}

int arch_user_load_u32(u32 *value, uptr from) {
    const u32 *word = reach(from, false);
    if (!word) return -EFAULT;
    *value = __atomic_load_n(word, __ATOMIC_SEQ_CST);
    return 0;
}

int arch_user_cmpxchg_u32(uptr at, u32 expected, u32 desired, u32 *found) {
    u32 *word = reach(at, true);
    if (!word) return -EFAULT;
    __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    *found = expected;
    return 0;
}
