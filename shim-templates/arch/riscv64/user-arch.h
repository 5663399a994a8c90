/* What touches the program's memory: user.c. Only lib/user.c calls these.
 *
 * The caller has checked that the range lies in user space. An access that page_fault() refuses
 * ends early. */
#pragma once
#include "types.h"

size_t arch_user_copy_in(void *to, uptr from, size_t n);        /* bytes NOT copied */
size_t arch_user_copy_out(uptr to, const void *from, size_t n); /* bytes NOT copied */
size_t arch_user_zero(uptr to, size_t n);                       /* bytes NOT zeroed */
int arch_user_load_u32(u32 *value, uptr from);                  /* 0 or -EFAULT */
int arch_user_cmpxchg_u32(uptr at, u32 expected, u32 desired, u32 *found); /* 0 or -EFAULT */
