/* Where the kernel proper goes: the highest free memory that it can run in.
 *
 * Far from the image, because the payload reaches from the image's end to nobody here knows where;
 * payload_find() notices if it reached up to the kernel. What the loader put elsewhere is stepped
 * over. */
#include "unpack.h"

#define PAGE_DOWN(at) ((at) & ~0xfffull)

/* Moves `top` below the range if [top-size, top) touches it. */
static u64 below(u64 top, u64 size, u64 start, u64 end) {
    if (top < size || start >= end || start >= top || end <= top - size) return top;
    return PAGE_DOWN(start);
}

static u64 free_top(u64 top, u64 size, address platform, address image, address image_end) {
    top = below(top, size, image, image_end);
    u64 start, end;
    for (u32 i = 0; taken_range(platform, i, &start, &end); i++) top = below(top, size, start, end);
    return top;
}

address find_place(address platform, address image, address image_end, address size) {
    u64 best = 0, start, end;
    for (u32 i = 0; memory_range(platform, i, &start, &end); i++) {
        // down until nothing is in the way
        u64 top = PAGE_DOWN(end), next;
        while (top >= size && (next = free_top(top, size, platform, image, image_end)) != top) top = next;
        if (top >= size && top - size >= start && top - size > best) best = top - size;
    }
    return (address)best;
}
