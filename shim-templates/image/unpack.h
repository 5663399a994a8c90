/* The unpacker: runs where the loader put the file, before the kernel, and is entered by an
 * architecture's start.S. On amd64 this is 32-bit code.
 *
 * `platform` is what the loader handed over: the zero page, the device tree. */
#pragma once
#include "types.h"

typedef unsigned long address; /* physical, as wide as the mode we run in */

/* Where `size` (whole pages) free bytes are, page-aligned; 0 if nowhere. place.c */
address find_place(address platform, address image, address image_end, address size);
/* Bytes written to `to`, or 0 if the stream is damaged or unpacks to more than `to_size`. A kernel file has
 * one of two: inflate.c, which is fast, or mix.c, with which a file is a fourth smaller. `scratch`: UNPACK_SCRATCH
 * bytes for mix.c, nothing for inflate.c. */
address unpack(const u8 *from, address from_size, u8 *to, address to_size, void *scratch);
#define UNPACK_SCRATCH (9 * MIB)

/* What the architecture's image/memory.c knows; false behind the last. A range may be empty. */
bool memory_range(address platform, u32 index, u64 *start, u64 *end); /* where the kernel may lie */
bool taken_range(address platform, u32 index, u64 *start, u64 *end);  /* what lies in it already */
