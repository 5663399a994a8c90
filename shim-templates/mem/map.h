/* What the calls about areas share: inside mem/ and for the loader. LOCK_MM held unless said
 * otherwise. */
#pragma once
#include "area.h"

void mem_init(void); /* once, after pages_init() */
/* Maps an area that is filled in but for its place. Takes LOCK_MM. The address, or -errno. On success the
 * area's reference to its inode is taken over. */
i64 mem_map_area(struct area *area, uptr hint, u64 length, u32 flags);
/* More writable memory in one piece than could ever be there? */
bool mem_is_overcommit(u64 length);
/* May so much more be promised? */
bool mem_may_grow(u64 length, u32 prot, bool unpromised);
int mem_remove_range(uptr start, uptr end);
bool mem_is_free(uptr start, u64 length);
/* The program break begins here: behind the program's last segment. Takes LOCK_MM. */
void mem_set_break(uptr start);
