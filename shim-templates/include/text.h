/* lib/text.c */
#pragma once
#include "types.h"

/* Text that grows; when memory is out it stays as it is and `failed` is set. */
struct text {
    char *bytes;
    size_t len, limit;
    bool failed;
};
void text_printf(struct text *t, const char *format, ...) PRINTF(2, 3);
void text_append(struct text *t, const void *bytes, size_t len);
bool text_reserve(struct text *t, size_t room); /* for writing at bytes + len */
