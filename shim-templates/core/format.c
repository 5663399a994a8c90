/* printf into a buffer: the small subset named in log.h, checked by the compiler's format
 * attribute. */
#include "log.h"
#include "string.h"

struct output {
    char *at;
    size_t room; /* bytes left, the final NUL not counted */
    int wanted;
};

static void put_char(struct output *o, char c) {
    o->wanted++;
    if (o->room == 0) return;
    *o->at++ = c;
    o->room--;
}

static void pad(struct output *o, char c, int n) {
    for (; n > 0; n--) put_char(o, c);
}

struct spec {
    bool left, zero, alternate;
    int width, precision; /* precision -1: not given */
};

static void put_text(struct output *o, const char *s, size_t n, struct spec spec) {
    if (!spec.left) pad(o, ' ', spec.width - (int)n);
    for (size_t i = 0; i < n; i++) put_char(o, s[i]);
    if (spec.left) pad(o, ' ', spec.width - (int)n);
}

static void put_number(struct output *o, u64 value, u32 base, bool negative, bool upper, struct spec spec) {
    char digits[24];
    int n = 0;
    do {
        u32 digit = value % base;
        digits[n++] = digit < 10 ? '0' + digit : (upper ? 'A' : 'a') + digit - 10;
    } while ((value /= base) != 0);
    const char *prefix = negative ? "-" : spec.alternate ? (base == 16 ? "0x" : base == 8 ? "0" : "") : "";
    int prefix_len = strlen(prefix);
    int zeros = MAX(0, spec.precision - n);
    if (spec.zero && !spec.left && spec.precision < 0) zeros = MAX(0, spec.width - prefix_len - n);
    int spaces = spec.width - prefix_len - zeros - n;
    if (!spec.left) pad(o, ' ', spaces);
    for (const char *p = prefix; *p; p++) put_char(o, *p);
    pad(o, '0', zeros);
    while (n > 0) put_char(o, digits[--n]);
    if (spec.left) pad(o, ' ', spaces);
}

int format_va(char *out, size_t size, const char *format, __builtin_va_list args) {
    struct output o = {.at = out, .room = size ? size - 1 : 0};
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            put_char(&o, *f);
            continue;
        }
        struct spec spec = {.precision = -1};
        for (f++;; f++) {
            if (*f == '-') spec.left = true;
            else if (*f == '0') spec.zero = true;
            else if (*f == '#') spec.alternate = true;
            else break;
        }
        if (*f == '*') spec.width = __builtin_va_arg(args, int), f++;
        for (; *f >= '0' && *f <= '9'; f++) spec.width = spec.width * 10 + (*f - '0');
        if (*f == '.') {
            spec.precision = 0;
            f++;
            if (*f == '*') spec.precision = __builtin_va_arg(args, int), f++;
            for (; *f >= '0' && *f <= '9'; f++) spec.precision = spec.precision * 10 + (*f - '0');
        }
        int longs = 0;
        for (; *f == 'l' || *f == 'z'; f++) longs++;

        switch (*f) {
        case 'd':
        case 'i': {
            i64 v = longs ? __builtin_va_arg(args, long) : __builtin_va_arg(args, int);
            put_number(&o, v < 0 ? -(u64)v : (u64)v, 10, v < 0, false, spec);
            break;
        }
        case 'u':
        case 'o':
        case 'x':
        case 'X': {
            u64 v = longs ? __builtin_va_arg(args, unsigned long) : __builtin_va_arg(args, unsigned);
            put_number(&o, v, *f == 'u' ? 10 : *f == 'o' ? 8 : 16, false, *f == 'X', spec);
            break;
        }
        case 'p':
            spec.alternate = true;
            put_number(&o, (u64)__builtin_va_arg(args, void *), 16, false, false, spec);
            break;
        case 'c': {
            char c = (char)__builtin_va_arg(args, int);
            put_text(&o, &c, 1, spec);
            break;
        }
        case 's': {
            const char *s = __builtin_va_arg(args, const char *);
            if (!s) s = "(null)";
            put_text(&o, s, spec.precision < 0 ? strlen(s) : strnlen(s, spec.precision), spec);
            break;
        }
        case 0: // a lone % at the end
            f--;
            break;
        default: // %% and anything unknown print as themselves
            put_char(&o, *f);
        }
    }
    if (size) *o.at = 0;
    return o.wanted;
}

int format_into(char *out, size_t size, const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    int wanted = format_va(out, size, format, args);
    __builtin_va_end(args);
    return wanted;
}
