/* What others ask of the address space: its map as text, its size, and that a file shrank. */
#include "abi.h"
#include "area.h"
#include "fault.h"
#include "file.h"
#include "fs/inode.h"
#include "log.h"
#include "pagetable.h"
#include "string.h"

/* One line of /proc/self/maps (proc(5)); the name begins at column 74 as on Linux. */
static size_t describe(const struct area *area, const char *name, char *out, size_t size) {
    const struct inode *inode = area->inode;
    u32 device = inode ? fs_device(inode->fs) : 0;
    size_t n = format_into(out, size, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", area->start, area->end,
                           area->prot & PROT_R ? 'r' : '-', area->prot & PROT_W ? 'w' : '-',
                           area->prot & PROT_X ? 'x' : '-', area->flags & AREA_SHARED ? 's' : 'p', area->offset,
                           device >> 8, device & 255, inode ? inode->number : 0);
    if (*name) n += format_into(out + n, size - n, "%*s%s", n < 73 ? (int)(73 - n) : 0, "", name);
    n = MIN(n, size - 1);
    out[n] = '\n';
    return n + 1;
}

#define LINE_MAX 512

size_t mem_describe_maps(char *out, size_t size, uptr *resume) {
    size_t used = 0;
    for (;;) {
        space_lock();
        struct area *found = area_from(*resume);
        struct area area = found ? *found : (struct area){0};
        if (area.inode) inode_get(area.inode);
        space_unlock();
        if (!found) return used;

        // names of files are under a lock above LOCK_MM
        char line[LINE_MAX], path[LINE_MAX / 2] = "";
        if (area.inode && !area.name) inode_path(area.inode, path, sizeof path);
        size_t n = describe(&area, area.name ? area.name : path, line, sizeof line);
        if (area.inode) inode_put(area.inode);
        if (n > size - used) return used;
        memcpy(out + used, line, n);
        used += n;
        *resume = area.end;
    }
}

void mem_usage(struct mem_usage *out) {
    space_lock();
    out->mapped = space.mapped_bytes;
    out->anon = space.anon_pages * PAGE_SIZE;
    out->file = space.file_pages * PAGE_SIZE;
    out->resident = out->anon + out->file;
    out->peak_resident = space.peak_pages * PAGE_SIZE;
    space_unlock();
}

static void each_area(struct area *area, const struct inode *inode, u64 size, struct pt_counts *counts) {
    if (!area) return;
    each_area(area->left, inode, size, counts);
    each_area(area->right, inode, size, counts);
    u64 first = ALIGN_UP(size, PAGE_SIZE); // the page with the last byte stays
    if (area->inode != inode || first >= area->offset + (area->end - area->start)) return;
    uptr from = area->start + (first > area->offset ? first - area->offset : 0);
    pt_forget(from, area->end, counts);
}

/* Linux too takes privately copied pages beyond the end away: the next touch is SIGBUS. */
void mem_file_truncated(struct inode *inode, u64 size) {
    struct pt_counts counts = {0};
    space_lock();
    each_area(space.root, inode, size, &counts);
    resident_released(&counts);
    space_unlock();
}
