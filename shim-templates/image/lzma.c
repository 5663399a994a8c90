/* LZMA (Igor Pavlov's LZMA specification, 2015, public domain): one stream in memory, whose size is
 * known. Before it: a byte of properties (section "LZMA file format"), and one that is 1 if addresses in
 * branches were made absolute.
 *
 * Every decision is a bit with a probability of its own, which learns from it. Every read of the input
 * and every write is checked. generator/lzma/ packs. */
#include "unpack.h"

#define PROBABILITY_BITS 11
#define EVEN (1 << (PROBABILITY_BITS - 1))
#define LEARNING_SHIFT 5
#define LOWEST_RANGE (1u << 24)
#define STATES 12
#define POSITION_STATES 16
#define LENGTH_TREE (2 + POSITION_STATES * 8 * 2 + 256)
#define SHORTEST 2
#define FIRST_MODELLED 4 /* distance slots: below it the slot says all, */
#define FIRST_DIRECT 14  /* from here on some bits are coded as they are */
#define SPECIAL (128 - FIRST_DIRECT + 1)
#define LITERAL_SET 0x300
#define CONTEXT_MAX 3 /* lc + lp */
#define LITERALS_MAX (LITERAL_SET << CONTEXT_MAX)

struct stream {
    const u8 *from, *from_end;
    u32 range, code;
    bool broken;
    /* probabilities: generator/lzma/layout.ts has the same */
    u16 is_match[STATES * POSITION_STATES], is_rep[STATES], is_rep0[STATES], is_rep1[STATES], is_rep2[STATES],
        is_rep0_long[STATES * POSITION_STATES], slots[4][64], special[SPECIAL], align[16], match_length[LENGTH_TREE],
        rep_length[LENGTH_TREE], literals[LITERALS_MAX];
};

static u32 next_byte(struct stream *s) {
    if (s->from < s->from_end) return *s->from++;
    s->broken = true;
    return 0;
}

static void normalize(struct stream *s) {
    if (s->range >= LOWEST_RANGE) return;
    s->range <<= 8;
    s->code = s->code << 8 | next_byte(s);
}

static u32 bit(struct stream *s, u16 *probability) {
    normalize(s);
    u32 bound = (s->range >> PROBABILITY_BITS) * *probability;
    if (s->code < bound) {
        s->range = bound;
        *probability += ((1 << PROBABILITY_BITS) - *probability) >> LEARNING_SHIFT;
        return 0;
    }
    s->range -= bound;
    s->code -= bound;
    *probability -= *probability >> LEARNING_SHIFT;
    return 1;
}

static u32 tree(struct stream *s, u16 *probabilities, u32 bits) {
    u32 node = 1;
    for (u32 i = 0; i < bits; i++) node = node << 1 | bit(s, &probabilities[node]);
    return node - (1u << bits);
}

static u32 reverse_tree(struct stream *s, u16 *probabilities, u32 bits) {
    u32 node = 1, value = 0;
    for (u32 i = 0; i < bits; i++) {
        u32 b = bit(s, &probabilities[node]);
        node = node << 1 | b;
        value |= b << i;
    }
    return value;
}

static u32 direct(struct stream *s, u32 bits) {
    u32 value = 0;
    for (; bits; bits--) {
        normalize(s);
        s->range >>= 1;
        u32 b = s->code >= s->range;
        if (b) s->code -= s->range;
        value = value << 1 | b;
    }
    return value;
}

/* `matched`: the byte at the last distance, and 0x100, where a match was before; else 0. */
static u8 literal(struct stream *s, u16 *set, u32 matched) {
    u32 node = 1;
    while (node < 0x100) {
        u32 guess = matched >> 7 & 1;
        u32 b = bit(s, &set[node + (matched ? (1 + guess) << 8 : 0)]);
        node = node << 1 | b;
        matched = matched && guess == b ? matched << 1 : 0;
    }
    return (u8)node;
}

static u32 length(struct stream *s, u16 *p, u32 at) {
    if (!bit(s, &p[0])) return SHORTEST + tree(s, &p[2 + at * 8], 3);
    if (!bit(s, &p[1])) return SHORTEST + 8 + tree(s, &p[2 + (POSITION_STATES + at) * 8], 3);
    return SHORTEST + 16 + tree(s, &p[2 + POSITION_STATES * 16], 8);
}

/* From 0: the byte before. */
static u32 distance(struct stream *s, u32 run) {
    u32 slot = tree(s, s->slots[MIN(run - SHORTEST, 3u)], 6);
    if (slot < FIRST_MODELLED) return slot;
    u32 bits = (slot >> 1) - 1, base = (2 | (slot & 1)) << bits;
    if (slot < FIRST_DIRECT) return base + reverse_tree(s, s->special + base - slot, bits);
    base += direct(s, bits - 4) << 4;
    return base + reverse_tree(s, s->align, 4);
}

/* Which of the last four distances; it becomes the first of them. */
static void choose_rep(struct stream *s, u32 state, u32 reps[4]) {
    u32 index = !bit(s, &s->is_rep1[state]) ? 1 : 2 + bit(s, &s->is_rep2[state]);
    u32 chosen = reps[index];
    for (; index; index--) reps[index] = reps[index - 1];
    reps[0] = chosen;
}

static address decode(struct stream *s, u32 properties, u8 *to, address size) {
    u32 context = properties % 9, literal_mask = (1u << properties / 9 % 5) - 1, mask = (1u << properties / 45) - 1;
    u32 state = 0, reps[4] = {0, 0, 0, 0};
    address done = 0;
    while (done < size && !s->broken) {
        u32 at = done & mask, run = 1;
        if (!bit(s, &s->is_match[state * POSITION_STATES + at])) {
            u32 set = ((done & literal_mask) << context) + ((done ? to[done - 1] : 0) >> (8 - context));
            to[done] = literal(s, &s->literals[LITERAL_SET * set], state < 7 ? 0 : 0x100 | to[done - reps[0] - 1]);
            done++;
            state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
            continue;
        }
        if (!bit(s, &s->is_rep[state])) {
            for (u32 i = 3; i; i--) reps[i] = reps[i - 1];
            run = length(s, s->match_length, at);
            reps[0] = distance(s, run);
            state = state < 7 ? 7 : 10;
        } else {
            bool again = !bit(s, &s->is_rep0[state]);
            if (again && !bit(s, &s->is_rep0_long[state * POSITION_STATES + at])) {
                state = state < 7 ? 9 : 11; // one byte
            } else {
                if (!again) choose_rep(s, state, reps);
                run = length(s, s->rep_length, at);
                state = state < 7 ? 8 : 11;
            }
        }
        if (reps[0] >= done || run > size - done) return 0;
        for (; run; run--, done++) to[done] = to[done - reps[0] - 1];
    }
    return s->broken ? 0 : done;
}

address unpack(const u8 *from, address from_size, u8 *to, address to_size) {
    struct stream s;
    s.from = from, s.from_end = from + from_size;
    s.broken = false;
    u32 properties = next_byte(&s), branches = next_byte(&s);
    if (properties % 9 + properties / 9 % 5 > CONTEXT_MAX || properties / 45 > 4) return 0;
    for (u16 *p = (u16 *)&s.is_match; p < (u16 *)(&s + 1); p++) *p = EVEN;
    s.range = ~0u, s.code = 0;
    for (u32 i = 0; i < 5; i++) s.code = s.code << 8 | next_byte(&s); // the first is 0
    address done = decode(&s, properties, to, to_size);
    if (branches) make_branches_relative(to, done);
    return done;
}
