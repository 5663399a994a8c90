/* The only door to the Go program's memory. lib/user.c, with arch/<arch>/user-arch.h for the accesses.
 *
 * Every function takes any address whatsoever and answers -EFAULT for one that the program itself
 * could not use (outside user space, unmapped, or not permitted). A page that is only not there yet is
 * brought in. Locks above LOCK_MM may be held. */
#pragma once
#include "types.h"
#include "arch/layout.h"

/* A range the program named: `reads`/`writes` arguments arrive like this, already inside user space. */
struct user_buf {
    uptr base;
    size_t len;
};

int user_read(void *to, uptr from, size_t n);        /* 0 or -EFAULT; `to` undefined on failure */
int user_write(uptr to, const void *from, size_t n); /* 0 or -EFAULT; a prefix may be written */
int user_zero(uptr to, size_t n);
/* As above, but tell how many bytes were moved before the fault: for read(2), write(2). */
size_t user_read_some(void *to, uptr from, size_t n);
size_t user_write_some(uptr to, const void *from, size_t n);
int user_load_u32(u32 *value, uptr from);            /* one atomic load; `from` is 4-aligned */
int user_cmpxchg_u32(uptr at, u32 expected, u32 desired, u32 *found);
/* Copies a string with its NUL: its length, -EFAULT, or -ENAMETOOLONG when no NUL within `size`. */
ssize_t user_read_string(char *to, uptr from, size_t size);
/* Is [base, base+len) inside user space? No access is made. */
static inline bool user_range_ok(uptr base, size_t len) {
    return base <= USER_TOP && len <= USER_TOP - base;
}
/* Linux's limit for one read or write: 0x7ffff000. */
#define MAX_RW_COUNT 0x7ffff000ull
