/* Random bytes: one ChaCha20 generator with fast key erasure, seeded from hardware.
 *
 * The key is all the state there is. Every request draws a block first, whose one half replaces the
 * key before anything is handed out. Entropy is stirred in by adding it to the key and drawing again,
 * so a source that is weak or hostile cannot take away what another gave. What the loader hands over
 * (setup_data, device tree) and the processor's own generator count as sources; the clock does not. */
#include "random.h"
#include "arch.h"
#include "arch/cpu-arch.h"
#include "chacha20.h"
#include "clock.h"
#include "lock.h"
#include "log.h"
#include "string.h"

static struct spinlock random_lock = SPINLOCK(LOCK_RANDOM);
static u32 key[CHACHA20_KEY_WORDS];
static bool seeded;

/* One block: the first half becomes the key, the second is left in `block` for the caller. */
static void next_key(u32 block[CHACHA20_BLOCK_WORDS]) {
    chacha20_block(key, 0, block);
    memcpy(key, block, sizeof key);
}

static void stir(const void *data, size_t size) {
    u32 block[CHACHA20_BLOCK_WORDS];
    const u8 *bytes = data;
    while (size) {
        size_t piece = MIN(size, sizeof key);
        for (size_t i = 0; i < piece; i++) ((u8 *)key)[i] ^= bytes[i];
        next_key(block);
        bytes += piece;
        size -= piece;
    }
    memset(block, 0, sizeof block);
}

void random_add(const void *data, size_t size) {
    spin_lock(&random_lock);
    stir(data, size);
    seeded = true;
    spin_unlock(&random_lock);
}

void random_init(const u64 loader_seed[4]) {
    // The time is no secret, but two machines without a source should still differ.
    u64 now[2] = {arch_ticks(), (u64)arch_wall_clock()};
    spin_lock(&random_lock);
    stir(now, sizeof now);
    spin_unlock(&random_lock);

    if (loader_seed[0] | loader_seed[1] | loader_seed[2] | loader_seed[3])
        random_add(loader_seed, 4 * sizeof loader_seed[0]);
    u64 words[4];
    u32 got = 0;
    while (got < COUNT(words) && arch_hardware_random(&words[got])) got++;
    if (got == COUNT(words)) random_add(words, sizeof words);
    if (!seeded)
        log_printf("NO SOURCE OF RANDOMNESS: this processor has no RDRAND or seed CSR, and there is no "
                   "virtio-rng device. Keys made in this run can be guessed.");
}

bool random_is_seeded(void) { return seeded; }

void random_bytes(void *out, size_t size) {
    u32 block[CHACHA20_BLOCK_WORDS], own[CHACHA20_KEY_WORDS];
    spin_lock(&random_lock);
    next_key(block);
    memcpy(own, block + CHACHA20_KEY_WORDS, sizeof own);
    spin_unlock(&random_lock);

    // This request's own key, so that a long one does not hold the lock.
    u8 *to = out;
    for (u64 counter = 0; size; counter++) {
        size_t piece = MIN(size, CHACHA20_BLOCK_SIZE);
        chacha20_block(own, counter, block);
        memcpy(to, block, piece);
        to += piece;
        size -= piece;
    }
    memset(own, 0, sizeof own);
    memset(block, 0, sizeof block);
}
