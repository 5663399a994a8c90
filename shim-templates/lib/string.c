/* Memory and string functions. The compiler calls the first four by itself.
 *
 * General registers only: the kernel leaves vector registers to the program. Eight words a turn
 * keep real CPUs near their load/store limit and are the fastest form under emulation too, where
 * `rep stos` costs a round of the interpreter for each element. Every access is aligned, since some
 * RISC-V machines emulate the others in firmware: when source and destination disagree, words are
 * put together from two neighbours (little-endian). */
#include "string.h"

#define WORD sizeof(u64)

void *memcpy(void *to, const void *from, size_t n) {
    u8 *d = to;
    const u8 *s = from;
    if (n >= 2 * WORD) {
        for (; (uintptr_t)d & (WORD - 1); n--) *d++ = *s++;
        u64 *dw = (u64 *)d;
        u32 skew = (uintptr_t)s & (WORD - 1);
        if (skew) {
            // Invariant: each word read holds at least one byte of the source, so no page is crossed
            // that the source does not reach.
            const u64 *sw = (const u64 *)(s - skew);
            u64 word = *sw++;
            for (; n >= WORD; n -= WORD, s += WORD) {
                u64 next = *sw++;
                *dw++ = word >> (8 * skew) | next << (64 - 8 * skew);
                word = next;
            }
            d = (u8 *)dw;
            goto tail;
        }
        const u64 *sw = (const u64 *)s;
        for (; n >= 8 * WORD; n -= 8 * WORD, dw += 8, sw += 8) {
            u64 a = sw[0], b = sw[1], c = sw[2], e = sw[3];
            dw[0] = a, dw[1] = b, dw[2] = c, dw[3] = e;
            a = sw[4], b = sw[5], c = sw[6], e = sw[7];
            dw[4] = a, dw[5] = b, dw[6] = c, dw[7] = e;
        }
        for (; n >= WORD; n -= WORD) *dw++ = *sw++;
        d = (u8 *)dw;
        s = (const u8 *)sw;
    }
tail:
    for (; n > 0; n--) *d++ = *s++;
    return to;
}

void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to - (uintptr_t)from >= n) return memcpy(to, from, n);
    // `to` begins inside `from`: copy backwards
    u8 *d = (u8 *)to + n;
    const u8 *s = (const u8 *)from + n;
    if ((((uintptr_t)d ^ (uintptr_t)s) & (WORD - 1)) == 0) {
        for (; n > 0 && ((uintptr_t)d & (WORD - 1)); n--) *--d = *--s;
        u64 *dw = (u64 *)d;
        const u64 *sw = (const u64 *)s;
        for (; n >= WORD; n -= WORD) *--dw = *--sw;
        d = (u8 *)dw;
        s = (const u8 *)sw;
    }
    for (; n > 0; n--) *--d = *--s;
    return to;
}

void *memset(void *to, int byte, size_t n) {
    u8 *d = to;
    for (; n > 0 && ((uintptr_t)d & (WORD - 1)); n--) *d++ = (u8)byte;
    u64 word = 0x0101010101010101ull * (u8)byte;
    u64 *dw = (u64 *)d;
    for (; n >= 8 * WORD; n -= 8 * WORD, dw += 8) {
        dw[0] = word, dw[1] = word, dw[2] = word, dw[3] = word;
        dw[4] = word, dw[5] = word, dw[6] = word, dw[7] = word;
    }
    for (; n >= WORD; n -= WORD) *dw++ = word;
    d = (u8 *)dw;
    for (; n > 0; n--) *d++ = (u8)byte;
    return to;
}

void clear_page(void *page) {
    u64 *w = page, *end = w + PAGE_SIZE / WORD;
    do {
        // so many that counting them costs little beside them
        w[0] = 0, w[1] = 0, w[2] = 0, w[3] = 0, w[4] = 0, w[5] = 0, w[6] = 0, w[7] = 0;
        w[8] = 0, w[9] = 0, w[10] = 0, w[11] = 0, w[12] = 0, w[13] = 0, w[14] = 0, w[15] = 0;
        w += 16;
    } while (w != end);
}

int memcmp(const void *a, const void *b, size_t n) {
    const u8 *x = a, *y = b;
    for (; n > 0; n--, x++, y++)
        if (*x != *y) return *x - *y;
    return 0;
}

size_t strlen(const char *s) {
    size_t n = 0;
    while (s[n]) n++;
    return n;
}

size_t strnlen(const char *s, size_t max) {
    size_t n = 0;
    while (n < max && s[n]) n++;
    return n;
}

int strcmp(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t n) {
    for (; n > 0; n--, a++, b++) {
        if (*a != *b) return (u8)*a - (u8)*b;
        if (!*a) return 0;
    }
    return 0;
}

char *strchr(const char *s, int c) {
    for (;; s++) {
        if (*s == (char)c) return (char *)s;
        if (!*s) return NULL;
    }
}

bool starts_with(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}
