/* Waking futex waiters from inside the kernel. thread/futex.c */
#pragma once
#include "types.h"

void futexes_init(void);
u32 futex_wake(uptr address, u32 count); /* how many were woken */
