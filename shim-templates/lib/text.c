/* Text that grows as it is written, as files of /proc do. */
#include "text.h"
#include "log.h"
#include "mem.h"
#include "string.h"

bool text_reserve(struct text *t, size_t room) {
    if (t->failed || t->len + room <= t->limit) return !t->failed;
    size_t limit = MAX(t->limit * 2, 256ul);
    while (limit < t->len + room) limit *= 2;
    char *bytes = kalloc(limit);
    t->failed = !bytes;
    if (!bytes) return false;
    if (t->bytes) memcpy(bytes, t->bytes, t->len);
    kfree(t->bytes);
    t->bytes = bytes;
    t->limit = limit;
    return true;
}

void text_append(struct text *t, const void *bytes, size_t len) {
    if (!text_reserve(t, len)) return;
    memcpy(t->bytes + t->len, bytes, len);
    t->len += len;
}

void text_printf(struct text *t, const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    int wanted = format_va(NULL, 0, format, args);
    __builtin_va_end(args);
    if (wanted <= 0 || !text_reserve(t, (size_t)wanted + 1)) return;
    __builtin_va_start(args, format);
    format_va(t->bytes + t->len, (size_t)wanted + 1, format, args);
    __builtin_va_end(args);
    t->len += (size_t)wanted;
}
