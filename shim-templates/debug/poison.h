/* Filling what nobody has written. debug/poison.c; the hooks for the stack are in checks.h. */
#pragma once
#include "types.h"

bool poison_is_on(void);
void poison_pages(pa_t start, u32 order);
void poison_bytes(void *start, size_t size);
