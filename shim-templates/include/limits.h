/* Resource limits of the process (proc/limits.c). */
#pragma once
#include "types.h"

/* The soft limit; RLIM_INFINITY when there is none. */
u64 limit_of(u32 resource);
