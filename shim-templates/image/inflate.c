/* Inflate (RFC 1951), for one stream in memory.
 *
 * A code of up to FAST_BITS bits is decoded by one look into a table, a longer one bit by bit from
 * there, by the canonical order of section 3.2.2. Every read of the input and every write is checked. */
#include "unpack.h"

#define FAST_BITS 10
#define MAX_BITS 15
#define MAX_SYMBOLS 288

struct code {
    u16 fast[1 << FAST_BITS];  /* symbol << 4 | length; 0: longer than FAST_BITS, or no code */
    u16 count[MAX_BITS + 1];   /* codes of each length */
    u16 symbols[MAX_SYMBOLS];  /* in canonical order */
};

struct stream {
    const u8 *from, *from_end;
    u8 *to, *to_start, *to_end;
    u32 bits;  /* not yet used, the next one lowest */
    u32 count; /* how many */
    bool broken;
    struct code literals, distances;
};

/* Makes sure of `n` bits, with zeros after the end: what uses them is found out by `from > from_end`. */
static void need(struct stream *s, u32 n) {
    while (s->count < n) {
        if (s->from < s->from_end) s->bits |= (u32)*s->from << s->count;
        else if (s->from > s->from_end + 4) s->broken = true;
        s->from++;
        s->count += 8;
    }
}

static u32 take(struct stream *s, u32 n) {
    need(s, n);
    u32 value = s->bits & ((1u << n) - 1);
    s->bits >>= n;
    s->count -= n;
    return value;
}

static void make_code(struct code *c, const u8 *lengths, u32 symbols) {
    u16 next[MAX_BITS + 2], offset[MAX_BITS + 2];
    for (u32 i = 0; i <= MAX_BITS; i++) c->count[i] = 0;
    for (u32 i = 0; i < symbols; i++) c->count[lengths[i]]++;
    c->count[0] = 0;
    next[1] = offset[1] = 0;
    for (u32 i = 1; i <= MAX_BITS; i++) {
        next[i + 1] = (u16)((next[i] + c->count[i]) << 1);
        offset[i + 1] = (u16)(offset[i] + c->count[i]);
    }
    for (u32 i = 0; i < 1 << FAST_BITS; i++) c->fast[i] = 0;
    for (u32 symbol = 0; symbol < symbols; symbol++) {
        u32 length = lengths[symbol];
        if (!length) continue;
        c->symbols[offset[length]++] = (u16)symbol;
        u32 code = next[length]++, reversed = 0;
        if (length > FAST_BITS) continue;
        // codes arrive with their first bit lowest
        for (u32 i = 0; i < length; i++) reversed |= (code >> i & 1) << (length - 1 - i);
        for (; reversed < 1 << FAST_BITS; reversed += 1u << length)
            c->fast[reversed] = (u16)(symbol << 4 | length);
    }
}

static u32 decode(struct stream *s, const struct code *c) {
    need(s, MAX_BITS);
    u32 entry = c->fast[s->bits & ((1 << FAST_BITS) - 1)];
    if (entry) {
        s->bits >>= entry & 15;
        s->count -= entry & 15;
        return entry >> 4;
    }
    i32 code = 0, first = 0, index = 0;
    for (u32 length = 1; length <= MAX_BITS; length++) {
        code |= (i32)take(s, 1);
        i32 count = c->count[length];
        if (code - count < first) return c->symbols[index + (code - first)];
        index += count;
        first = (first + count) << 1;
        code <<= 1;
    }
    s->broken = true;
    return 0;
}

static void put(struct stream *s, u8 byte) {
    if (s->to < s->to_end) *s->to++ = byte;
    else s->broken = true;
}

/* A run that was seen before: its length's and its distance's extra bits are section 3.2.5's. */
static void copy_run(struct stream *s, u32 symbol) {
    static const u16 length_base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                      31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const u8 length_extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    if (symbol >= 29) {
        s->broken = true;
        return;
    }
    u32 length = length_base[symbol] + take(s, length_extra[symbol]);
    u32 code = decode(s, &s->distances);
    // distances double every two codes: 1 2 3 4 5-6 7-8 9-12 ...
    u32 extra = code < 4 ? 0 : (code >> 1) - 1;
    u32 distance = code < 4 ? code + 1 : ((2 + (code & 1)) << extra) + 1 + (code < 30 ? take(s, extra) : 0);
    if (code >= 30 || distance > (u32)(s->to - s->to_start)) s->broken = true;
    while (length-- && !s->broken) put(s, *(s->to - distance));
}

static void read_dynamic_codes(struct stream *s) {
    static const u8 order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    u8 lengths[MAX_SYMBOLS + 32];
    u32 literals = take(s, 5) + 257, distances = take(s, 5) + 1, count = take(s, 4) + 4;
    for (u32 i = 0; i < 19; i++) lengths[order[i]] = 0;
    for (u32 i = 0; i < count; i++) lengths[order[i]] = (u8)take(s, 3);
    make_code(&s->literals, lengths, 19);
    u32 i = 0;
    while (i < literals + distances && !s->broken) {
        u32 symbol = decode(s, &s->literals), repeat = 1;
        u8 length = (u8)symbol;
        if (symbol == 16) length = i ? lengths[i - 1] : 0, repeat = 3 + take(s, 2);
        if (symbol == 17) length = 0, repeat = 3 + take(s, 3);
        if (symbol == 18) length = 0, repeat = 11 + take(s, 7);
        if (i + repeat > literals + distances) s->broken = true;
        else while (repeat--) lengths[i++] = length;
    }
    if (s->broken || literals > MAX_SYMBOLS - 2) {
        s->broken = true;
        return;
    }
    make_code(&s->literals, lengths, literals);
    make_code(&s->distances, lengths + literals, distances);
}

static void fixed_codes(struct stream *s) {
    u8 lengths[MAX_SYMBOLS];
    for (u32 i = 0; i < MAX_SYMBOLS; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(&s->literals, lengths, MAX_SYMBOLS);
    for (u32 i = 0; i < 30; i++) lengths[i] = 5;
    make_code(&s->distances, lengths, 30);
}

static void stored_block(struct stream *s) {
    take(s, s->count & 7); // to the next byte
    u32 length = take(s, 16), inverted = take(s, 16);
    if ((length ^ inverted) != 0xffff) s->broken = true;
    while (length-- && !s->broken) put(s, (u8)take(s, 8));
}

address unpack(const u8 *from, address from_size, u8 *to, address to_size, void *scratch) {
    struct stream s;
    s.from = from, s.from_end = from + from_size;
    s.to = s.to_start = to, s.to_end = to + to_size;
    s.bits = s.count = 0;
    s.broken = false;
    for (bool last = false; !last && !s.broken;) {
        last = take(&s, 1);
        u32 kind = take(&s, 2);
        if (kind == 0) {
            stored_block(&s);
            continue;
        }
        if (kind == 1) fixed_codes(&s);
        else if (kind == 2) read_dynamic_codes(&s);
        else s.broken = true;
        while (!s.broken) {
            u32 symbol = decode(&s, &s.literals);
            if (symbol == 256) break;
            if (symbol < 256) put(&s, (u8)symbol);
            else copy_run(&s, symbol - 257);
        }
    }
    return s.broken ? 0 : (address)(s.to - s.to_start);
}
