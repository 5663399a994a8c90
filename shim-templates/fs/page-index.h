/* Which page holds which part of a file: a radix tree of 64-way nodes, as high as the file needs.
 * A sparse file costs only what was written. Callers hold LOCK_FILEPAGES. fs/page-index.c */
#pragma once
#include "types.h"

struct page_index {
    void *root;   /* node, or the physical address of the one page when height is 0 */
    u32 height;   /* covers 64^height pages */
    u64 count;    /* pages held */
};

pa_t page_index_get(const struct page_index *index, u64 page);
/* The slot was empty. false: no memory. */
bool page_index_set(struct page_index *index, u64 page, pa_t pa);
/* The first page >= `page` that is there; UINT64_MAX when none is. */
u64 page_index_next(const struct page_index *index, u64 page);
void page_index_free_from(struct page_index *index, u64 page); /* frees all pages >= `page` */
