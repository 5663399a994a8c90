/* Regular files. fs/regular.c */
#pragma once
#include "inode.h"
#include "page-index.h"

/* Contents are pages of its own, over bytes that lie in memory already (the tar, the program): a
 * page of the file is looked up in `pages` first, then in `base`, else it is a hole. Writing
 * into a page of `base` copies that page up; a file of the tar is never copied as a whole. */
struct regular {
    struct inode inode;
    const u8 *base;
    u64 base_size; /* bytes of the file that `base` still gives, <= inode.size */
    struct spinlock pages_lock; /* LOCK_FILEPAGES */
    struct page_index pages;
};

static inline struct regular *regular_of(struct inode *inode) { return (struct regular *)inode; }

struct inode *regular_new(u32 mode, enum fs_kind fs);
/* Its bytes lie at `base` for ever. */
struct inode *regular_new_on(u32 mode, enum fs_kind fs, const void *base, u64 size);
/* Called with the inode's lock held. */
int regular_resize(struct inode *inode, u64 size);
/* fallocate: no holes there any more. */
int regular_allocate(struct inode *inode, u64 start, u64 end);
u64 regular_blocks(struct inode *inode); /* in 512-byte units, as st_blocks */
