/* Physical pages: a buddy allocator with one byte of state per page.
 *
 * Free blocks of 2^order pages are naturally aligned and hang on one list per order; the list node
 * lies inside the free block itself. The state bytes lie in RAM too, at the end of a range large
 * enough, so that a machine of any size costs one part in 4096. An allocated block may come back in
 * smaller pieces, since nothing but "used" is remembered of it; only the first byte of a block
 * keeps its order, for the heap.
 *
 * Invariant: a page is in exactly one free block, or its state is USED, or it is not RAM (HOLE). */
#include "boot.h"
#include "list.h"
#include "mem.h"
#include "log.h"
#include "string.h"

#define MAX_ORDER 18 /* blocks up to 1 GiB */

enum {
    STATE_HOLE = 0,    /* no RAM, or reserved before the allocator began */
    STATE_USED = 0x40, /* | order, in the first page of an allocation */
    STATE_FREE = 0x80, /* | order, in the first page of a free block */
    STATE_INSIDE = 0xff, /* another page of a free block */
    STATE_ORDER = 0x1f,
};

static struct spinlock pages_lock = SPINLOCK(LOCK_PAGES);
static struct list free_lists[MAX_ORDER + 1];
static u8 *states;      /* indexed by page number */
/* Page numbers that have a state. RAM of some machines begins at 2 GiB; the first is a multiple of the
 * largest block, so that every buddy of a page that has one has one, too, or lies at the end. */
static u64 state_first, state_end;
static u64 total_pages, free_pages;
static u64 used_by[PAGES_USES];

// Counts change without the lock too, in pages_account().
static void count_used(enum page_use use, i64 pages) {
    __atomic_add_fetch(&used_by[use], (u64)pages, __ATOMIC_RELAXED);
}

static bool has_state(u64 page) { return page >= state_first && page < state_end; }

static struct list *node_of(u64 page) { return phys_to_virt(page << PAGE_SHIFT); }
static u64 page_of(struct list *node) { return virt_to_phys(node) >> PAGE_SHIFT; }

static void list_block(u64 page, u32 order) {
    states[page] = STATE_FREE | order;
    list_push_front(&free_lists[order], node_of(page));
}

static void unlist_block(u64 page) {
    list_remove(node_of(page));
    states[page] = STATE_INSIDE;
}

/* Frees a block whose state bytes are already INSIDE, joining it with its buddies. */
static void join_block(u64 page, u32 order) {
    for (; order < MAX_ORDER; order++) {
        u64 buddy = page ^ (1ull << order);
        if (buddy >= state_end || states[buddy] != (STATE_FREE | order)) break;
        unlist_block(buddy);
        page &= ~(1ull << order);
    }
    list_block(page, order);
}

/* Gives the pages [first, end) to the allocator in the largest aligned blocks. */
static void add_pages(u64 first, u64 end) {
    total_pages += end - first;
    free_pages += end - first;
    memset(states + first, STATE_INSIDE, end - first);
    while (first < end) {
        u32 order = MIN((u32)__builtin_ctzll(first), (u32)MAX_ORDER);
        while (first + (1ull << order) > end) order--;
        join_block(first, order);
        first += 1ull << order;
    }
}

/* Calls add_pages() for what of [start, end) is not reserved. */
static void add_unreserved(struct boot_info *boot, pa_t start, pa_t end) {
    start = MAX(ALIGN_UP(start, PAGE_SIZE), PAGE_SIZE); // address 0 means "none"
    end = ALIGN_DOWN(end, PAGE_SIZE);
    while (start < end) {
        // the reserved range that comes first at or after `start`
        pa_t stop = end, resume = end;
        for (u32 i = 0; i < boot->reserved_count; i++) {
            pa_t from = ALIGN_DOWN(boot->reserved[i].start, PAGE_SIZE);
            pa_t to = ALIGN_UP(boot->reserved[i].end, PAGE_SIZE);
            if (to <= start || from >= stop) continue;
            stop = MAX(from, start);
            resume = to;
        }
        if (stop > start) add_pages(start >> PAGE_SHIFT, stop >> PAGE_SHIFT);
        start = MAX(resume, stop);
    }
}

/* The highest `size` bytes that are not reserved; 0 if there are none. */
static pa_t place_states(struct boot_info *boot, u64 size) {
    for (u32 i = boot->usable_count; i-- > 0;) {
        pa_t low = MAX(boot->usable[i].start, MIB); // below 1 MiB is for starting other CPUs
        pa_t high = ALIGN_DOWN(boot->usable[i].end, PAGE_SIZE);
        for (u32 tries = 0; tries <= boot->reserved_count && high > low && high - low >= size; tries++) {
            pa_t at = high - size;
            bool clear = true;
            for (u32 r = 0; r < boot->reserved_count; r++) {
                if (boot->reserved[r].end <= at || boot->reserved[r].start >= high) continue;
                high = ALIGN_DOWN(boot->reserved[r].start, PAGE_SIZE);
                clear = false;
                break;
            }
            if (clear) return at;
        }
    }
    return 0;
}

void pages_init(struct boot_info *boot) {
    pa_t bottom = UINT64_MAX, top = 0;
    u64 bytes = 0;
    for (u32 i = 0; i < boot->usable_count; i++) {
        bottom = MIN(bottom, boot->usable[i].start);
        top = MAX(top, boot->usable[i].end);
        bytes += boot->usable[i].end - boot->usable[i].start;
    }
    for (u32 order = 0; order <= MAX_ORDER; order++) list_init(&free_lists[order]);
    state_first = ALIGN_DOWN(bottom >> PAGE_SHIFT, 1ull << MAX_ORDER);
    state_end = top >> PAGE_SHIFT;
    u64 size = ALIGN_UP(state_end - state_first, PAGE_SIZE);
    pa_t at = boot->reserved_count < MAX_RANGES ? place_states(boot, size) : 0;
    if (!at)
        refuse_to_boot("This machine has %lu MiB of memory; the image leaves no room for the kernel's "
                       "%lu KiB of page states. Give it more memory (QEMU: -m).",
                       bytes / MIB, size / KIB);
    boot->reserved[boot->reserved_count++] = (struct memory_range){at, at + size};
    memset(phys_to_virt(at), STATE_HOLE, size);
    states = (u8 *)phys_to_virt(at) - state_first;
    for (u32 i = 0; i < boot->usable_count; i++)
        add_unreserved(boot, boot->usable[i].start, boot->usable[i].end);
    total_pages += size / PAGE_SIZE;
    used_by[PAGES_KERNEL] += size / PAGE_SIZE;
}

pa_t (pages_alloc)(u32 order) {
    spin_lock(&pages_lock);
    u32 found = order;
    while (found <= MAX_ORDER && list_empty(&free_lists[found])) found++;
    if (found > MAX_ORDER) {
        spin_unlock(&pages_lock);
        return 0;
    }
    u64 page = page_of(free_lists[found].next);
    unlist_block(page);
    // split: the upper halves go back
    for (; found > order; found--) list_block(page + (1ull << (found - 1)), found - 1);
    memset(states + page, STATE_USED, 1ull << order);
    states[page] = STATE_USED | order;
    free_pages -= 1ull << order;
    count_used(PAGES_KERNEL, 1ll << order);
    spin_unlock(&pages_lock);
    return page << PAGE_SHIFT;
}

pa_t page_alloc_zeroed(void) {
    pa_t page = pages_alloc(0);
    if (page) clear_page(phys_to_virt(page));
    return page;
}

void pages_free(pa_t start, u32 order) {
    u64 page = start >> PAGE_SHIFT;
    spin_lock(&pages_lock);
    for (u64 i = page; i < page + (1ull << order); i++)
        if (!has_state(i) || (states[i] & ~STATE_ORDER) != STATE_USED)
            panic("page %#lx freed, but it is not in use (state %#x)", i << PAGE_SHIFT,
                  has_state(i) ? states[i] : 0);
    memset(states + page, STATE_INSIDE, 1ull << order);
    free_pages += 1ull << order;
    count_used(PAGES_KERNEL, -(1ll << order));
    join_block(page, order);
    spin_unlock(&pages_lock);
}

u32 pages_block_order(pa_t start) { return states[start >> PAGE_SHIFT] & STATE_ORDER; }

void pages_account(enum page_use use, i64 pages) {
    count_used(use, pages);
    count_used(PAGES_KERNEL, -pages);
}

u64 pages_total(void) { return total_pages; }
u64 pages_free_count(void) { return __atomic_load_n(&free_pages, __ATOMIC_RELAXED); }
u64 pages_used_count(enum page_use use) { return __atomic_load_n(&used_by[use], __ATOMIC_RELAXED); }
u64 pages_kernel_count(void) { return pages_used_count(PAGES_KERNEL); }
