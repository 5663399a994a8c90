/* mmap and munmap: where areas go, and how they leave. Semantics of Linux 6.x mm/mmap.c, for one
 * process that never forks and a machine that never pages out. */
#include "abi.h"
#include "area.h"
#include "fault.h"
#include "file.h"
#include "limits.h"
#include "map.h"
#include "pagetable.h"
#include "string.h"
#include "sys.h"
#include "thread.h"

void mem_init(void) {
    zero_page = page_alloc_zeroed();
}

/* Go maps a 32 MiB index of its heap at start and touches a page of it, on the smallest machine
 * too. */
#define ALWAYS_PROMISED (64 * MIB)

/* What exceeds all of memory is refused at once, so that Go says "out of memory" itself (Linux does
 * the same under its default, OVERCOMMIT_GUESS).
 * Differs: with little memory some more is promised, as above. */
bool mem_is_overcommit(u64 length) { return length > MAX(pages_total() * PAGE_SIZE, ALWAYS_PROMISED); }

bool mem_may_grow(u64 length, u32 prot, bool unpromised) {
    if (space.area_count >= MAX_AREAS) return false;
    if (length > limit_of(RLIMIT_AS) || space.mapped_bytes > limit_of(RLIMIT_AS) - length) return false;
    return !((prot & PROT_W) && !unpromised && mem_is_overcommit(length));
}

/* Takes the pages and areas of a range away. LOCK_MM held, areas_reserve() called. 0 or -ENOMEM. */
int mem_remove_range(uptr start, uptr end) {
    // What a hole makes two of is one more (do_vmi_align_munmap in Linux's mm/mmap.c).
    const struct area *around = area_at(start);
    if (space.area_count >= MAX_AREAS && around && around->start < start && around->end > end) return -ENOMEM;
    if (pt_split_at(start) < 0 || pt_split_at(end) < 0) return -ENOMEM;
    areas_split_at(start);
    areas_split_at(end);
    areas_remove(start, end);
    // With nothing mapped around it, the tables of the whole gap can go.
    uptr floor, ceiling;
    areas_surroundings(start, end, &floor, &ceiling);
    struct pt_counts counts = {0};
    pt_remove(start, end, floor, ceiling, &counts);
    resident_released(&counts);
    return 0;
}

bool mem_is_free(uptr start, u64 length) {
    struct area *next = area_from(start);
    return !next || next->start >= start + length;
}

/* Where a mapping without MAP_FIXED goes: at the page of the hint if that is free, else as high as possible. */
static uptr choose_place(uptr hint, u64 length, bool anonymous) {
    hint = MAX(hint & PAGE_MASK, hint ? USER_BOTTOM : 0);
    if (hint && hint <= USER_TOP - length && mem_is_free(hint, length)) return hint;
    // whole large pages at once, for memory that may be backed by them (as Linux since 6.7)
    uptr at = 0;
    if (anonymous && length % HUGE_SIZE == 0)
        at = areas_find_gap(length, USER_BOTTOM, MMAP_TOP, HUGE_SIZE);
    if (!at) at = areas_find_gap(length, USER_BOTTOM, MMAP_TOP, PAGE_SIZE);
    if (!at) at = areas_find_gap(length, USER_BOTTOM, USER_TOP, PAGE_SIZE);
    return at;
}

/* An area for [at, at+length), whatever was there is replaced. LOCK_MM held. */
static i64 place(struct area *area, uptr hint, u64 length, u32 flags) {
    // pages of a shared file are the file's; MAP_NORESERVE asks for no promise
    bool unpromised = area->kind == AREA_FILE_SHARED || (flags & MAP_NORESERVE);
    if (areas_reserve() < 0 || !mem_may_grow(length, area->prot, unpromised)) return -ENOMEM;
    uptr at = hint;
    if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
        if ((flags & MAP_FIXED_NOREPLACE) && !mem_is_free(at, length)) return -EEXIST;
        if (mem_remove_range(at, at + length) < 0) return -ENOMEM;
    } else {
        at = choose_place(hint, length, area->kind == AREA_ANON);
        if (!at) return -ENOMEM;
    }
    area->start = at;
    area->end = at + length;
    area_add(area);
    return (i64)at;
}

/* Where a mapping may not be, whatever it maps: Linux says so before it looks at the file. */
static i64 check_place(uptr hint, u64 length, u32 flags) {
    if (length == 0) return -EINVAL;
    if (length > USER_TOP || ALIGN_UP(length, PAGE_SIZE) > USER_TOP) return -ENOMEM;
    length = ALIGN_UP(length, PAGE_SIZE);
    if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))) return 0;
    if (hint & ~PAGE_MASK) return -EINVAL;
    if (hint > USER_TOP - length) return -ENOMEM;
    // Differs: Linux lets root map page 0; here nil pointers always fault
    return hint < USER_BOTTOM ? -EPERM : 0;
}

/* `error`, if nothing is wrong with the place. */
static i64 unless_misplaced(i64 error, uptr hint, u64 length, u32 flags) {
    i64 wrong = check_place(hint, length, flags);
    return wrong < 0 ? wrong : error;
}

i64 mem_map_area(struct area *area, uptr hint, u64 length, u32 flags) {
    i64 result = check_place(hint, length, flags);
    if (result < 0) return result;
    space_lock();
    result = place(area, hint, ALIGN_UP(length, PAGE_SIZE), flags);
    space_unlock();
    return result;
}

int mem_unmap(uptr start, u64 length) {
    if ((start & ~PAGE_MASK) || length == 0) return -EINVAL;
    if (start > USER_TOP || length > USER_TOP - start) return -EINVAL;
    uptr end = start + ALIGN_UP(length, PAGE_SIZE);
    space_lock();
    int result = 0;
    if (!mem_is_free(start, end - start)) {
        result = areas_reserve();
        if (result == 0) result = mem_remove_range(start, end);
    }
    space_unlock();
    return result;
}

int mem_map_special(uptr *at, const pa_t *pages, u32 count, u32 prot, const char *name) {
    struct area area = {.kind = AREA_SPECIAL, .prot = prot, .name = name};
    i64 start = mem_map_area(&area, *at, count * PAGE_SIZE, *at ? MAP_FIXED_NOREPLACE : 0);
    if (start < 0) return (int)start;
    space_lock();
    int result = 0;
    for (u32 i = 0; i < count && result == 0; i++) {
        pte_t *e = pt_make((uptr)start + i * PAGE_SIZE, 0);
        if (e) *e = pte_borrow(pte_leaf(pages[i], prot, 0));
        else result = -ENOMEM;
    }
    if (result == 0) resident_add(0, count);
    space_unlock();
    if (result < 0) mem_unmap((uptr)start, count * PAGE_SIZE);
    else *at = (uptr)start;
    return result;
}

/* --- calls ------------------------------------------------------------------------------------ */

static bool is_dev_zero(const struct inode *inode) {
    return inode_is(inode, S_IFCHR) && inode->rdev == ((1 << 8) | 5);
}

static long map_memory(uptr addr, u64 length, u32 prot, u32 flags) {
    struct area area = {
        .kind = AREA_ANON,
        .prot = prot & (PROT_R | PROT_W | PROT_X),
        .flags = flags & MAP_SHARED ? AREA_SHARED : 0,
    };
    return mem_map_area(&area, addr, length, flags);
}

/* May a file be mapped at all, and like this? 0 or -errno. */
static long check_file(const struct file *f, u64 length, u32 prot, u32 flags, u64 offset) {
    const struct inode *inode = f->inode;
    u64 end = inode_is(inode, S_IFREG) ? FILE_LIMIT : UINT64_MAX;
    if (offset > end - ALIGN_UP(length, PAGE_SIZE)) return -EOVERFLOW;
    if (!(flags & MAP_SHARED) == !(flags & MAP_PRIVATE)) return -EINVAL;
    if (!file_readable(f)) return -EACCES;
    if ((flags & MAP_SHARED) && (prot & PROT_WRITE) && !file_writable(f)) return -EACCES;
    if (is_dev_zero(inode)) return 0;
    return inode_is(inode, S_IFREG) && (inode->ops->page || inode->ops->copy_page) ? 0 : -ENODEV;
}

static long map_file(struct file *f, uptr addr, u64 length, u32 prot, u32 flags, u64 offset) {
    struct inode *inode = f->inode;
    bool shared = flags & MAP_SHARED;
    // anonymous memory by another name
    if (is_dev_zero(inode)) return map_memory(addr, length, prot, flags);
    struct area area = {
        .kind = shared ? AREA_FILE_SHARED : AREA_FILE_PRIVATE,
        .prot = prot & (PROT_R | PROT_W | PROT_X),
        .flags = (shared ? AREA_SHARED : 0) | (file_writable(f) ? 0 : AREA_READ_ONLY),
        .inode = inode_get(inode),
        .offset = offset,
    };
    long result = mem_map_area(&area, addr, length, flags);
    if (result < 0) inode_put(inode);
    return result;
}

long sys_mmap(uptr addr, u64 length, u32 prot, u32 flags, int fd, i64 offset) {
    if (offset & (PAGE_SIZE - 1)) return -EINVAL;
    if (flags & MAP_ANONYMOUS) {
        if (!(flags & MAP_SHARED) == !(flags & MAP_PRIVATE)) return unless_misplaced(-EINVAL, addr, length, flags);
        return map_memory(addr, length, prot, flags);
    }
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    long result = check_file(f, length, prot, flags, (u64)offset);
    if (result < 0) result = unless_misplaced(result, addr, length, flags);
    else result = map_file(f, addr, length, prot, flags, (u64)offset);
    file_put(f);
    return result;
}

long sys_munmap(uptr addr, u64 length) { return mem_unmap(addr, length); }
