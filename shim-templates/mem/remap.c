/* mremap and brk: mappings that change their size. */
#include "abi.h"
#include "arch.h"
#include "area.h"
#include "fault.h"
#include "file.h"
#include "map.h"
#include "pagetable.h"
#include "sys.h"

/* --- mremap ----------------------------------------------------------------------------------- */

struct remap {
    uptr from, to;
    u64 old_size, new_size;
    u32 flags;
};

/* Moves the pages of [from, from+old_size) to the free place `to` and makes an area of new_size
 * there. */
static i64 move(const struct remap *m, const struct area *old, uptr to) {
    struct area area = *old;
    area.offset += old->inode ? m->from - old->start : 0;
    area.start = to;
    area.end = to + m->new_size;
    struct pt_counts counts = {0};
    uptr low, high;
    areas_surroundings(to, area.end, &low, &high);
    if (pt_move(m->from, to, MIN(m->old_size, m->new_size)) < 0) {
        pt_remove(to, area.end, low, high, &counts); // the tables it had made
        return -ENOMEM;
    }
    if (area.prot & PROT_X) arch_code_appears();
    tlb_shootdown(m->from, m->from + m->old_size);
    if (area.inode) inode_get(area.inode);
    area_add(&area);
    mem_remove_range(m->from, m->from + m->old_size);
    return (i64)to;
}

/* As on Linux, what lies at the target and what the range loses go before the rest is looked at, so a range
 * that only shrinks may reach over the end of its area. */
static i64 remap(struct remap *m) {
    struct area *area = area_at(m->from);
    if (!area) return -EFAULT;
    if (area->kind == AREA_SPECIAL) return -EINVAL;
    if (areas_reserve() < 0) return -ENOMEM;
    // From here on no huge page reaches over an end, so that removing the old range cannot fail.
    if (pt_split_at(m->from) < 0 || pt_split_at(m->from + m->old_size) < 0) return -ENOMEM;

    bool fixed = m->flags & MREMAP_FIXED;
    if (fixed && (mem_remove_range(m->to, m->to + m->new_size) < 0 || areas_reserve() < 0)) return -ENOMEM;
    if (m->old_size > m->new_size) {
        if (mem_remove_range(m->from + m->new_size, m->from + m->old_size) < 0 || areas_reserve() < 0)
            return -ENOMEM;
        m->old_size = m->new_size;
    }
    if (!fixed && m->old_size == m->new_size) return (i64)m->from;
    area = area_at(m->from); // cut or joined since
    if (area->end - m->from < m->old_size) return -EFAULT;
    u64 growth = m->new_size - m->old_size;
    if (growth && !mem_may_grow(growth, area->prot, area->kind == AREA_FILE_SHARED)) return -ENOMEM;
    if (fixed) return move(m, area, m->to);
    uptr old_end = m->from + m->old_size;
    // in place, if the room behind is free
    if (area->end == old_end && growth <= USER_TOP - old_end && mem_is_free(old_end, growth)) {
        struct area more = *area;
        more.start = old_end;
        more.end = old_end + growth;
        more.offset += area->inode ? old_end - area->start : 0;
        if (more.inode) inode_get(more.inode);
        area_add(&more);
        return (i64)m->from;
    }
    if (!(m->flags & MREMAP_MAYMOVE)) return -ENOMEM;
    uptr to = 0;
    if (m->new_size >= HUGE_SIZE) to = areas_find_gap(m->new_size, USER_BOTTOM, MMAP_TOP, HUGE_SIZE);
    if (!to) to = areas_find_gap(m->new_size, USER_BOTTOM, MMAP_TOP, PAGE_SIZE);
    return to ? move(m, area, to) : -ENOMEM;
}

long sys_mremap(uptr old_address, u64 old_size, u64 new_size, u32 flags, uptr new_address) {
    if ((old_address & ~PAGE_MASK) || new_size == 0) return -EINVAL;
    if ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE)) return -EINVAL;
    if (old_size > USER_TOP || new_size > USER_TOP) return -EINVAL;
    struct remap m = {
        .from = old_address,
        .to = new_address,
        .old_size = ALIGN_UP(old_size, PAGE_SIZE),
        .new_size = ALIGN_UP(new_size, PAGE_SIZE),
        .flags = flags,
    };
    if (m.old_size == 0) return -EINVAL;
    if (m.from > USER_TOP || m.old_size > USER_TOP - m.from) return -EFAULT;
    if (flags & MREMAP_FIXED) {
        if ((m.to & ~PAGE_MASK) || m.new_size > USER_TOP || m.to > USER_TOP - m.new_size) return -EINVAL;
        if (m.to < USER_BOTTOM) return -EPERM;
        if (m.to < m.from + m.old_size && m.from < m.to + m.new_size) return -EINVAL;
    }
    space_lock();
    i64 result = remap(&m);
    space_unlock();
    return result;
}

/* --- brk -------------------------------------------------------------------------------------- */

void mem_set_break(uptr start) {
    space_lock();
    space.brk_start = space.brk_end = ALIGN_UP(start, PAGE_SIZE);
    space_unlock();
}

/* The new break, or the old one when it cannot be had (Linux answers no errno). */
long sys_brk(uptr addr) {
    space_lock();
    uptr old_top = ALIGN_UP(space.brk_end, PAGE_SIZE), top = ALIGN_UP(addr, PAGE_SIZE);
    if (addr >= space.brk_start && addr < MMAP_TOP) {
        bool done = true;
        if (top < old_top) {
            done = areas_reserve() == 0 && mem_remove_range(top, old_top) == 0;
        } else if (top > old_top) {
            struct area heap = {.kind = AREA_ANON, .prot = PROT_R | PROT_W, .name = "[heap]"};
            heap.start = old_top;
            heap.end = top;
            done = mem_is_free(old_top, top - old_top) && areas_reserve() == 0 &&
                   mem_may_grow(top - old_top, heap.prot, false);
            if (done) area_add(&heap);
        }
        if (done) space.brk_end = addr;
    }
    i64 result = (i64)space.brk_end;
    space_unlock();
    return result;
}
