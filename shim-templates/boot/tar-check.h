/* The root archive behind the program: how far does it reach? boot/tar-check.c */
#pragma once
#include "types.h"

/* Do these bytes begin with a tar header? */
bool tar_recognise(const u8 *bytes, u64 size);
/* Bytes of the archive with its end blocks; refuse_to_boot() if a member reaches beyond `size`. */
u64 tar_extent(const u8 *bytes, u64 size);
