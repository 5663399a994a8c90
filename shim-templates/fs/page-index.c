/* The radix tree behind in-memory files. See page-index.h.
 *
 * A node is 64 words: at level 1 physical addresses of pages, above that pointers to nodes.
 * Freeing from a page on also frees nodes that became empty, so that a truncated file keeps
 * nothing. */
#include "page-index.h"
#include "mem.h"

#define BITS 6u
#define SLOTS (1u << BITS)

struct node {
    u64 slot[SLOTS];
};

static u32 slot_at(u64 page, u32 level) { return (page >> ((level - 1) * BITS)) & (SLOTS - 1); }

static u64 reach(u32 height) { return height >= 10 ? UINT64_MAX : (1ull << (height * BITS)) - 1; }

pa_t page_index_get(const struct page_index *index, u64 page) {
    if (page > reach(index->height)) return 0;
    u64 at = (u64)index->root;
    for (u32 level = index->height; level > 0 && at; level--)
        at = ((struct node *)at)->slot[slot_at(page, level)];
    return at;
}

/* One level more: the old root becomes the first child. */
static bool grow(struct page_index *index) {
    if (index->root) {
        struct node *node = kalloc(sizeof *node);
        if (!node) return false;
        node->slot[0] = (u64)index->root;
        index->root = node;
    }
    index->height++;
    return true;
}

bool page_index_set(struct page_index *index, u64 page, pa_t pa) {
    while (page > reach(index->height))
        if (!grow(index)) return false;
    u64 *at = (u64 *)&index->root;
    for (u32 level = index->height; level > 0; level--) {
        if (!*at) *at = (u64)kalloc(sizeof(struct node));
        if (!*at) return false; // empty nodes on the way are found and freed with the file
        at = &((struct node *)*at)->slot[slot_at(page, level)];
    }
    *at = pa;
    pages_account(PAGES_FILE, 1);
    index->count++;
    return true;
}

static u64 next_in(u64 at, u32 level, u64 base, u64 page) {
    if (!at) return UINT64_MAX;
    if (level == 0) return base;
    u64 span = 1ull << ((level - 1) * BITS);
    u32 first = page > base ? (u32)MIN((page - base) / span, SLOTS) : 0;
    for (u32 i = first; i < SLOTS; i++) {
        u64 found = next_in(((struct node *)at)->slot[i], level - 1, base + i * span, page);
        if (found != UINT64_MAX) return found;
    }
    return UINT64_MAX;
}

u64 page_index_next(const struct page_index *index, u64 page) {
    if (page > reach(index->height)) return UINT64_MAX;
    return next_in((u64)index->root, index->height, 0, page);
}

/* Frees what lies at or after `page` below *at; an empty node goes too. */
static void free_in(struct page_index *index, u64 *at, u32 level, u64 base, u64 page) {
    if (!*at) return;
    if (level == 0) {
        if (base < page) return;
        pages_account(PAGES_FILE, -1);
        pages_free(*at, 0);
        index->count--;
        *at = 0;
        return;
    }
    struct node *node = (struct node *)*at;
    u64 span = 1ull << ((level - 1) * BITS);
    bool empty = true;
    for (u32 i = 0; i < SLOTS; i++) {
        u64 start = base + i * span;
        if (start + span > page) free_in(index, &node->slot[i], level - 1, start, page);
        empty = empty && !node->slot[i];
    }
    if (!empty) return;
    kfree(node);
    *at = 0;
}

void page_index_free_from(struct page_index *index, u64 page) {
    free_in(index, (u64 *)&index->root, index->height, 0, page);
    if (!index->root) index->height = 0;
}
