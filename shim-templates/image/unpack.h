/* The unpacker's two questions; called from start.S. 32-bit code: an address is a u32. */
#pragma once
#include "types.h"

/* Address of `size` (whole pages) free bytes, page-aligned, or 0. */
u32 find_place(u32 zero_page, u32 image, u32 image_end, u32 size);
/* Bytes written to `to`, or 0 if the stream is damaged or longer than `to_size`. */
u32 inflate(const u8 *from, u32 from_size, u8 *to, u32 to_size);
