/* getrandom without a trap: each caller keeps a ChaCha20 state of its own in its own memory.
 *
 * The contract is Linux's (vgetrandom, Linux 6.11; getrandom(2) tells of it under "vDSO"): asked with an
 * opaque_len of ~0 it fills the parameters with which the caller maps states; afterwards it works on one
 * state at a time. A state holds a key fetched from the kernel when the kernel's generation changed, and
 * what is left of the last block. */
#include "chacha20.h"
#include "vdso.h"

struct random_state {
    u32 key[CHACHA20_KEY_WORDS];
    u8 spare[CHACHA20_BLOCK_SIZE / 2]; /* handed out from the end; handed-out bytes are zeroed */
    u64 generation;                    /* of the kernel, when the key was fetched; 0: no key */
    u32 spare_count;
    u32 in_use; /* a signal handler may come in between: it takes the system call */
};

static ssize_t from_kernel(void *buf, size_t len, u32 flags) {
    return vdso_syscall(NR_getrandom, (long)buf, (long)len, flags);
}

/* Our parameters for mmap: states are ordinary private memory. */
static ssize_t describe(struct abi_vgetrandom_opaque_params *params) {
    params->size_of_opaque_state = sizeof(struct random_state);
    params->mmap_prot = PROT_READ | PROT_WRITE;
    params->mmap_flags = MAP_PRIVATE | MAP_ANONYMOUS;
    // one by one: a compiler would make a call to memset() of a whole struct, and there is none here
    for (u32 i = 0; i < COUNT(params->reserved); i++) params->reserved[i] = 0;
    return 0;
}

static bool fetch_key(struct random_state *s, u64 generation) {
    if (from_kernel(s->key, sizeof s->key, 0) != (ssize_t)sizeof s->key) return false;
    s->generation = generation;
    s->spare_count = 0;
    return true;
}

/* Block 0 of the present key gives the next key and a fresh spare half; blocks 1.. of the present key
 * have been handed out by then. */
static void turn_key(struct random_state *s) {
    u32 block[CHACHA20_BLOCK_WORDS];
    chacha20_block(s->key, 0, block);
    for (u32 i = 0; i < CHACHA20_KEY_WORDS; i++) s->key[i] = block[i];
    const u8 *second = (const u8 *)(block + CHACHA20_KEY_WORDS);
    for (u32 i = 0; i < sizeof s->spare; i++) s->spare[i] = second[i];
    s->spare_count = sizeof s->spare;
}

static void fill(struct random_state *s, u8 *to, size_t len) {
    // whole blocks straight from the key stream
    u64 counter = 1;
    for (; len >= CHACHA20_BLOCK_SIZE; len -= CHACHA20_BLOCK_SIZE, to += CHACHA20_BLOCK_SIZE) {
        u32 block[CHACHA20_BLOCK_WORDS];
        chacha20_block(s->key, counter++, block);
        for (u32 i = 0; i < CHACHA20_BLOCK_SIZE; i++) to[i] = ((u8 *)block)[i];
    }
    if (counter > 1) turn_key(s);
    // the rest from the spare half
    while (len) {
        if (!s->spare_count) turn_key(s);
        u8 *byte = &s->spare[--s->spare_count];
        *to++ = *byte;
        *byte = 0;
        len--;
    }
}

VDSO ssize_t __vdso_getrandom(void *buf, size_t len, u32 flags, void *opaque, size_t opaque_len) {
    if (opaque_len == ~0ull && !buf && !len && !flags) return describe(opaque);
    struct random_state *s = opaque;
    u64 generation = data()->random_generation;
    if (opaque_len != sizeof *s) return -EINVAL;
    if (!generation || flags & ~(u32)(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) return from_kernel(buf, len, flags);
    if (!len) return 0;
    // A handler that interrupts us here, on the same state, must not draw the same bytes.
    if (__atomic_exchange_n(&s->in_use, 1, __ATOMIC_ACQUIRE)) return from_kernel(buf, len, flags);
    len = MIN(len, 0x7fffffffull);
    bool ready = s->generation == generation || fetch_key(s, generation);
    if (ready) fill(s, buf, len);
    __atomic_store_n(&s->in_use, 0, __ATOMIC_RELEASE);
    return ready ? (ssize_t)len : from_kernel(buf, len, flags);
}
