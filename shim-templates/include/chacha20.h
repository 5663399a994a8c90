/* The ChaCha20 block function (RFC 8439, section 2.3), for the kernel's generator and the vDSO's.
 *
 * Both use it as "fast key erasure": the first half of a block becomes the next key, so that what was
 * handed out cannot be computed again from what is kept. */
#pragma once
#include "types.h"

#define CHACHA20_KEY_WORDS 8
#define CHACHA20_BLOCK_WORDS 16
#define CHACHA20_BLOCK_SIZE 64

static inline u32 chacha20_rotate(u32 x, u32 n) { return x << n | x >> (32 - n); }

static inline void chacha20_quarter(u32 *s, u32 a, u32 b, u32 c, u32 d) {
    s[a] += s[b], s[d] = chacha20_rotate(s[d] ^ s[a], 16);
    s[c] += s[d], s[b] = chacha20_rotate(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = chacha20_rotate(s[d] ^ s[a], 8);
    s[c] += s[d], s[b] = chacha20_rotate(s[b] ^ s[c], 7);
}

/* One block of key stream; the nonce is 0 and the counter 64 bits wide, as each key is used once. */
static inline void chacha20_block(const u32 key[CHACHA20_KEY_WORDS], u64 counter,
                                  u32 out[CHACHA20_BLOCK_WORDS]) {
    u32 start[CHACHA20_BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // the RFC's words
    for (u32 i = 0; i < CHACHA20_KEY_WORDS; i++) start[4 + i] = key[i];
    start[12] = (u32)counter;
    start[13] = (u32)(counter >> 32);
    for (u32 i = 0; i < CHACHA20_BLOCK_WORDS; i++) out[i] = start[i];
    for (u32 round = 0; round < 20; round += 2) {
        chacha20_quarter(out, 0, 4, 8, 12);
        chacha20_quarter(out, 1, 5, 9, 13);
        chacha20_quarter(out, 2, 6, 10, 14);
        chacha20_quarter(out, 3, 7, 11, 15);
        chacha20_quarter(out, 0, 5, 10, 15);
        chacha20_quarter(out, 1, 6, 11, 12);
        chacha20_quarter(out, 2, 7, 8, 13);
        chacha20_quarter(out, 3, 4, 9, 14);
    }
    for (u32 i = 0; i < CHACHA20_BLOCK_WORDS; i++) out[i] += start[i];
}
