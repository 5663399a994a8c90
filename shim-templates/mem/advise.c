/* madvise, mincore, msync: what a program says about memory it keeps.
 *
 * MADV_DONTNEED is no hint. The Go runtime gives pages back with it and relies on reading zeroes
 * after (runtime/mheap.go, since go1.26 without clearing again), so the pages go, on every CPU,
 * before the call returns. */
#include "abi.h"
#include "area.h"
#include "fault.h"
#include "pagetable.h"
#include "string.h"
#include "sys.h"
#include "user.h"

/* The range of an madvise-like call: 0, or the error; an empty range is no error, and what wraps is `wrapped`. */
static long check_range(uptr addr, u64 length, long wrapped, uptr *end) {
    if (addr & ~PAGE_MASK) return -EINVAL;
    u64 whole = ALIGN_UP(length, PAGE_SIZE);
    if ((length && !whole) || addr + whole < addr) return wrapped;
    if (addr > USER_TOP || whole > USER_TOP - addr) return whole ? -ENOMEM : 0;
    *end = addr + whole;
    return 0;
}

/* Frees the pages of a range. What is not mapped is skipped and makes the result -ENOMEM (Linux).
 */
static long discard(uptr start, uptr end, bool anonymous_only) {
    // Huge pages that reach over the ends are cut; nothing is changed if there is no memory for that.
    if (pt_split_at(start) < 0 || pt_split_at(end) < 0) return -ENOMEM;
    struct pt_counts counts = {0};
    long result = 0;
    for (uptr at = start; at < end;) {
        struct area *area = area_from(at);
        if (!area || area->start >= end) {
            result = -ENOMEM;
            break;
        }
        if (area->start > at) result = -ENOMEM;
        if (area->kind == AREA_SPECIAL || (anonymous_only && area->kind != AREA_ANON)) {
            result = -EINVAL;
            break;
        }
        at = MIN(area->end, end);
        // Shared memory is an object of its own on Linux: the mapping forgets its pages, the object keeps them.
        bool kept = area->kind == AREA_ANON && (area->flags & AREA_SHARED);
        if (kept && anonymous_only) {
            result = -EINVAL;
            break;
        }
        if (!kept) pt_forget(MAX(area->start, start), at, &counts);
    }
    resident_released(&counts);
    return result;
}

static long madvise_discard(uptr addr, u64 length, bool anonymous_only) {
    uptr end = addr;
    long result = check_range(addr, length, -EINVAL, &end);
    if (result < 0 || end == addr) return result;
    space_lock();
    result = discard(addr, end, anonymous_only);
    space_unlock();
    return result;
}

long sys_madvise_dontneed(uptr addr, u64 length, int advice) {
    return madvise_discard(addr, length, false);
}

/* Linux frees such pages when it needs them; at once is one of the moments it may choose. */
long sys_madvise_free(uptr addr, u64 length, int advice) {
    return madvise_discard(addr, length, true);
}

static long change_huge(uptr addr, u64 length, bool huge) {
    uptr end = addr;
    long result = check_range(addr, length, -EINVAL, &end);
    if (result < 0 || end == addr) return result;
    space_lock();
    result = areas_reserve();
    // Invariant: no large page reaches over the border of two areas.
    if (result == 0) result = pt_split_at(addr);
    if (result == 0) result = pt_split_at(end);
    if (result == 0) {
        for (uptr at = addr; at < end;) {
            struct area *area = area_from(at);
            if (!area || area->start > at) result = -ENOMEM;
            if (!area || area->start >= end) break;
            uptr next = MIN(area->end, end);
            u32 flags = huge ? area->flags & ~AREA_NO_HUGE : area->flags | AREA_NO_HUGE;
            if (area->kind == AREA_ANON && area->flags != flags) {
                area = area_cut(area, at, end);
                if (!area) { // as Linux: somebody may give one up
                    result = -EAGAIN;
                    break;
                }
                area_change(area, area->prot, flags);
            }
            at = next;
        }
    }
    space_unlock();
    return result;
}

long sys_madvise_hugepage(uptr addr, u64 length, int advice) {
    return change_huge(addr, length, true);
}

long sys_madvise_nohugepage(uptr addr, u64 length, int advice) {
    return change_huge(addr, length, false);
}

/* For what has no consequence here: only that the range is mapped is looked at. `wrapped`: the answer to one that wraps. */
static long look_at_range(uptr addr, u64 length, long wrapped) {
    uptr end = addr;
    long result = check_range(addr, length, wrapped, &end);
    if (result < 0 || end == addr) return result;
    space_lock();
    if (!areas_cover(addr, end)) result = -ENOMEM;
    space_unlock();
    return result;
}

long sys_madvise_hint(uptr addr, u64 length, int advice) { return look_at_range(addr, length, -EINVAL); }

long sys_mincore(uptr addr, u64 length, uptr vec) {
    if (addr & ~PAGE_MASK) return -EINVAL;
    if (addr > USER_TOP || length > USER_TOP - addr) return -ENOMEM;
    u64 pages = ALIGN_UP(length, PAGE_SIZE) / PAGE_SIZE;
    if (!user_range_ok(vec, pages)) return -EFAULT;
    while (pages > 0) {
        u8 here[256];
        u64 n = MIN(pages, sizeof here);
        space_lock();
        bool mapped = areas_cover(addr, addr + n * PAGE_SIZE);
        if (mapped) pt_residence(addr, n, here);
        space_unlock();
        if (!mapped) return -ENOMEM;
        if (user_write(vec, here, n) < 0) return -EFAULT;
        addr += n * PAGE_SIZE;
        vec += n;
        pages -= n;
    }
    return 0;
}

/* A shared mapping and its file are the same pages, so nothing is ever to be written back. */
long sys_msync(uptr addr, u64 length, u32 flags) {
    if ((flags & MS_ASYNC) && (flags & MS_SYNC)) return -EINVAL;
    // a length that wraps when it is rounded up is none here
    return look_at_range(addr, ALIGN_UP(length, PAGE_SIZE) ? length : 0, -ENOMEM);
}
