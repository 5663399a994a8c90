/* Random bytes: one ChaCha20 generator, seeded from hardware. lib/random.c */
#pragma once
#include "types.h"

void random_init(const u64 loader_seed[4]); /* says so, loudly and once, if there is no entropy */
void random_add(const void *data, size_t size); /* virtio-rng and the like stir in */
void random_bytes(void *out, size_t size);
bool random_is_seeded(void);
