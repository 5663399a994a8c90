/* Regular files: pages in memory over an optional read-only base. See regular.h.
 *
 * The inode's lock orders reads, writes and changes of size. Page faults take only the page
 * index's lock: they run under LOCK_MM, which a read or write that faults on its own buffer
 * takes below the inode's.
 * Differs: reading does not change the access time (as a mount with noatime).
 * Invariant: bytes beyond the file's size in its last page are zero whenever the size grows. */
#include "regular.h"
#include "clock.h"
#include "kept.h"
#include "mem.h"
#include "string.h"

static u32 offset_in_page(u64 at) { return (u32)(at & (PAGE_SIZE - 1)); }

/* --- one page --------------------------------------------------------------------------------- */

static pa_t page_of(struct regular *r, u64 index) {
    spin_lock(&r->pages_lock);
    pa_t pa = page_index_get(&r->pages, index);
    spin_unlock(&r->pages_lock);
    return pa;
}

/* Bytes of `base` in that page. */
static size_t base_part(const struct regular *r, u64 index) {
    u64 start = index << PAGE_SHIFT;
    return start < r->base_size ? MIN(r->base_size - start, PAGE_SIZE) : 0;
}

static void fill_from_base(const struct regular *r, u64 index, u8 *to) {
    size_t n = base_part(r, index);
    if (n) memcpy(to, r->base + (index << PAGE_SHIFT), n);
    memset(to + n, 0, PAGE_SIZE - n);
}

/* What files leave of memory: a program that is told of a full disk has to go on, and so has the kernel. */
#define KEPT_FREE_MOST (64 * MIB / PAGE_SIZE)

u64 storage_free(void) {
    u64 kept = MIN(pages_total() / 16, KEPT_FREE_MOST), free = pages_free_count();
    return free > kept ? free - kept : 0;
}

static pa_t fresh_page(void) { return storage_free() ? pages_alloc(0) : 0; }

/* The page of the file itself, made if it is a hole or still in the base. 0 = no memory. */
static pa_t own_page(struct regular *r, u64 index) {
    spin_lock(&r->pages_lock);
    pa_t pa = page_index_get(&r->pages, index);
    if (!pa && (pa = fresh_page()) != 0) {
        fill_from_base(r, index, phys_to_virt(pa));
        if (!page_index_set(&r->pages, index, pa)) {
            pages_free(pa, 0);
            pa = 0;
        }
    }
    spin_unlock(&r->pages_lock);
    return pa;
}

/* --- mmap ------------------------------------------------------------------------------------- */

static pa_t regular_page(struct inode *inode, u64 index, bool allocate) {
    struct regular *r = regular_of(inode);
    if (index >= ALIGN_UP(inode->size, PAGE_SIZE) >> PAGE_SHIFT) return 0;
    pa_t pa = page_of(r, index);
    if (pa) return pa;
    // a whole page of the base that happens to be aligned (the program always is) is used where it
    // lies
    const u8 *base = r->base + (index << PAGE_SHIFT);
    bool whole = base_part(r, index) == PAGE_SIZE && offset_in_page((u64)base) == 0;
    if (whole && (!allocate || inode->no_write)) return virt_to_phys(base);
    return allocate ? own_page(r, index) : 0;
}

static int regular_copy_page(struct inode *inode, u64 index, void *to) {
    struct regular *r = regular_of(inode);
    if (index >= ALIGN_UP(inode->size, PAGE_SIZE) >> PAGE_SHIFT) return -EFAULT;
    spin_lock(&r->pages_lock);
    pa_t pa = page_index_get(&r->pages, index);
    if (pa) memcpy(to, phys_to_virt(pa), PAGE_SIZE);
    else fill_from_base(r, index, to);
    spin_unlock(&r->pages_lock);
    return 0;
}

/* --- size ------------------------------------------------------------------------------------- */

static void zero_tail(struct regular *r, u64 size) {
    pa_t last = offset_in_page(size) ? page_of(r, size >> PAGE_SHIFT) : 0;
    if (last)
        memset((u8 *)phys_to_virt(last) + offset_in_page(size), 0,
               PAGE_SIZE - offset_in_page(size));
}

int regular_resize(struct inode *inode, u64 size) {
    struct regular *r = regular_of(inode);
    if (size > FILE_LIMIT) return -EFBIG;
    u64 old = inode->size;
    zero_tail(r, MIN(old, size));
    inode->size = size;
    if (size >= old) return 0;
    // a page fault that saw the old size is finished when this returns, so the pages are nobody's
    mem_file_truncated(inode, size);
    spin_lock(&r->pages_lock);
    r->base_size = MIN(r->base_size, size);
    page_index_free_from(&r->pages, ALIGN_UP(size, PAGE_SIZE) >> PAGE_SHIFT);
    spin_unlock(&r->pages_lock);
    zero_tail(r, size);
    return 0;
}

int regular_allocate(struct inode *inode, u64 start, u64 end) {
    for (u64 index = start >> PAGE_SHIFT; index << PAGE_SHIFT < end; index++) {
        if (base_part(regular_of(inode), index) == PAGE_SIZE) continue;
        if (!own_page(regular_of(inode), index)) return -ENOSPC;
    }
    return 0;
}

u64 regular_blocks(struct inode *inode) {
    struct regular *r = regular_of(inode);
    return r->pages.count * (PAGE_SIZE / 512) + (r->pages.count ? 0 : (r->base_size + 511) / 512);
}

/* --- read and write --------------------------------------------------------------------------- */

static ssize_t regular_read(struct file *f, struct io *io, u64 *offset) {
    struct inode *inode = f->inode;
    struct regular *r = regular_of(inode);
    ssize_t done = 0;
    spin_lock(&inode->lock);
    while (io->left > 0 && *offset < inode->size) {
        u64 index = *offset >> PAGE_SHIFT;
        u32 skip = offset_in_page(*offset);
        size_t n = MIN(MIN(PAGE_SIZE - skip, inode->size - *offset), io->left);
        pa_t pa = page_of(r, index);
        size_t based = base_part(r, index);
        size_t moved;
        if (pa) {
            moved = io_put(io, (u8 *)phys_to_virt(pa) + skip, n);
        } else if (skip < based) {
            // as far as the base reaches without a page of our own, in one go
            n = MIN(n, r->base_size - *offset);
            u64 limit = MIN(io->left, r->base_size - *offset);
            for (u64 next = index + 1; n < limit && !page_of(r, next); next++)
                n = MIN(limit, (next + 1 - index) * PAGE_SIZE - skip);
            moved = io_put(io, r->base + *offset, n);
        } else {
            moved = io_put_zeros(io, n);
        }
        *offset += moved;
        done += (ssize_t)moved;
        if (moved < n) {
            if (done == 0) done = -EFAULT;
            break;
        }
    }
    spin_unlock(&inode->lock);
    return done;
}

static ssize_t regular_write(struct file *f, struct io *io, u64 *offset) {
    struct inode *inode = f->inode;
    struct regular *r = regular_of(inode);
    if (io->left == 0) return 0;
    ssize_t done = 0;
    spin_lock(&inode->lock);
    if (f->flags & O_APPEND) *offset = inode->size;
    if (*offset >= FILE_LIMIT) {
        spin_unlock(&inode->lock);
        return -EFBIG;
    }
    io->left = MIN(io->left, FILE_LIMIT - *offset);
    if (*offset > inode->size) zero_tail(r, inode->size);
    while (io->left > 0) {
        u32 skip = offset_in_page(*offset);
        size_t n = MIN(PAGE_SIZE - skip, io->left);
        pa_t pa = own_page(r, *offset >> PAGE_SHIFT);
        size_t moved = pa ? io_take(io, (u8 *)phys_to_virt(pa) + skip, n) : 0;
        *offset += moved;
        done += (ssize_t)moved;
        inode->size = MAX(inode->size, *offset);
        if (moved < n) {
            if (done == 0) done = pa ? -EFAULT : -ENOSPC;
            break;
        }
    }
    if (done > 0) inode->mtime_ns = inode->ctime_ns = time_now();
    spin_unlock(&inode->lock);
    return done;
}

/* SEEK_DATA and SEEK_HOLE, in whole pages; the end of the file is a hole.
 * Differs: what fallocate made is data, though nothing was written there. */
static i64 regular_find(struct file *f, u64 from, bool hole) {
    struct regular *r = regular_of(f->inode);
    u64 size = f->inode->size, index = from >> PAGE_SHIFT;
    spin_lock(&r->pages_lock);
    if (hole)
        while (index << PAGE_SHIFT < size &&
               (page_index_get(&r->pages, index) || base_part(r, index)))
            index++;
    else if (!base_part(r, index))
        index = page_index_next(&r->pages, index);
    spin_unlock(&r->pages_lock);
    u64 found = index >= FILE_LIMIT >> PAGE_SHIFT ? size : MAX(from, index << PAGE_SHIFT);
    if (hole) return (i64)MIN(found, size);
    return found < size ? (i64)found : -ENXIO;
}

/* --- making ----------------------------------------------------------------------------------- */

static void regular_free(struct inode *inode) {
    page_index_free_from(&regular_of(inode)->pages, 0);
    kfree(inode);
}

static const struct inode_ops regular_ops = {
    .page = regular_page,
    .copy_page = regular_copy_page,
    .free = regular_free,
};

static const struct file_ops regular_file_ops = {
    .read = regular_read,
    .write = regular_write,
    .find = regular_find,
    .seekable = true,
};

struct inode *regular_new_on(u32 mode, enum fs_kind fs, const void *base, u64 size) {
    struct regular *r = kalloc(sizeof *r);
    if (!r) return NULL;
    inode_init(&r->inode, S_IFREG | (mode & S_PERMISSIONS), fs, &regular_ops);
    if (KEEPS_ANY_PATH) r->inode.file_ops = &regular_file_ops;
    r->inode.size = r->base_size = size;
    r->base = base;
    r->pages_lock = SPINLOCK(LOCK_FILEPAGES);
    return &r->inode;
}

struct inode *regular_new(u32 mode, enum fs_kind fs) { return regular_new_on(mode, fs, NULL, 0); }
