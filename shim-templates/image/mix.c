/* Unpacks what generator/mix/ packs: bits, each as probable as a mixture of contexts tells. What follows is that folder's
 * model.ts, operation by operation; its header says why. Numbers are of 32 bits and wrap around.
 *
 * Any bytes unpack to something: that it is the kernel a checksum tells. Every read of the input is checked, and writes are
 * counted. */
#include "instructions.h"

#define LOWEST_RANGE (1u << 24)
#define ZERO_BLOCK 128
#define CONTEXTS 6
#define INPUTS (CONTEXTS + 2)
#define SLOT_BITS 22
#define MATCH_BITS 16
#define SHORTEST_MATCH 3
#define LONGEST_MATCH 31
#define APM_STEPS 33
#define HALF 32768
#define SUREST 65504u
#define FIRST_WEIGHT 20971
#define BIAS 80
#define SMALL_ERROR 3000

struct model {
    const u8 *from, *from_end;
    u32 range, code;
    bool broken;
    u8 seen[SHORTEST_MATCH]; /* the bytes before, the nearest first */
    u32 hashes[CONTEXTS];
    address match, matched;
    struct instructions instructions;
    u16 squash[4096];
    i16 stretch[4096];
    u16 trust[LONGEST_MATCH + 1];
    u32 places[1 << MATCH_BITS];
    u16 apm[STATES * 256][APM_STEPS];
    i32 by_state[STATES][INPUTS], by_previous[STATES * 256][INPUTS];
    u16 slots[1 << SLOT_BITS];
};
_Static_assert(sizeof(struct model) <= UNPACK_SCRATCH, "generator/compile/link-image.ts keeps so much free");

static u32 next_byte(struct model *m) {
    if (m->from < m->from_end) return *m->from++;
    m->broken = true;
    return 0;
}

static u32 next_word(struct model *m) {
    u32 word = 0;
    for (address i = 0; i < 32; i += 8) word |= next_byte(m) << i;
    return word;
}

/* `one`: how probable 1 is, of 65536. */
static u32 decode(struct model *m, u32 one) {
    u32 bound = (m->range >> 16) * one, bit = m->code < bound;
    if (bit) m->range = bound;
    else m->range -= bound, m->code -= bound;
    while (m->range < LOWEST_RANGE) m->range <<= 8, m->code = m->code << 8 | next_byte(m);
    return bit;
}

static void start(struct model *m) {
    u32 p = 1u << 31;
    address d = 0;
    for (address i = 0; i < 2048; i++) {
        m->squash[2048 + i] = (u16)(p >> 16);
        m->squash[2047 - i] = (u16)(65536 - (p >> 16));
        p += (p >> 16) * (65536 - (p >> 16)) >> 8;
    }
    for (address i = 0; i < 4096; i++) {
        while (d < 4095 && m->squash[d] < i * 16 + 8) d++;
        m->stretch[i] = (i16)(d - 2048);
    }
    for (address i = 0; i < 1 << SLOT_BITS; i++) m->slots[i] = HALF;
    for (i32 *w = m->by_state[0]; w < (i32 *)m->slots; w++) *w = FIRST_WEIGHT;
    for (address i = 0; i < STATES * 256; i++)
        for (address k = 0; k < APM_STEPS; k++) m->apm[i][k] = m->squash[MIN(k * 128, 4095u)];
    for (address i = 0; i < 1 << MATCH_BITS; i++) m->places[i] = 0;
    for (address i = 0; i <= LONGEST_MATCH; i++) m->trust[i] = 60000;
    m->match = m->matched = 0;
}

static void look(struct model *m, const u8 *to, address done, bool is_code) {
    const struct instructions *s = &m->instructions;
    for (address i = 0; i < SHORTEST_MATCH; i++) m->seen[i] = done > i ? to[done - 1 - i] : 0;
    u32 *h = m->hashes;
    h[0] = stir(0, s->state);
    h[1] = stir(h[0], m->seen[0]);
    h[2] = stir(h[1], m->seen[1]);
    h[3] = stir(h[0], 256 + m->seen[1]);
    h[4] = stir(stir(h[0], 512 + m->seen[2]), m->seen[1] & 0xc0);
    h[5] = is_code ? stir(stir(h[0], s->bytes), s->before) : 0;
}

/* Where the same stood before, and how much of it. */
static void find_match(struct model *m, const u8 *to, address done) {
    if (m->matched && to[m->match] == m->seen[0]) {
        if (m->matched < LONGEST_MATCH) m->matched++;
        m->match++;
    } else m->matched = 0;
    u32 hash = 0;
    for (address i = 0; i < SHORTEST_MATCH; i++) hash = stir(hash, m->seen[i]);
    u32 *place = &m->places[hash >> 8 & ((1 << MATCH_BITS) - 1)];
    if (!m->matched) {
        address at = m->match = *place, n = 0;
        while (n < LONGEST_MATCH && n < at && to[at - 1 - n] == to[done - 1 - n]) n++;
        m->matched = n < SHORTEST_MATCH ? 0 : n;
    }
    *place = (u32)done;
}

static i32 clamp(u32 sum) { return MAX(-2047, MIN(2047, (i32)sum >> 16)); }

/* Weights follow an error, unless they were as good as right. */
static void learn(const i32 *input, i32 *weights, i32 error, u32 shift) {
    if (error < SMALL_ERROR && error > -SMALL_ERROR) return;
    for (address k = 0; k < INPUTS; k++)
        weights[k] = (i32)((u32)weights[k] + (u32)((input[k] * error + (1 << (shift - 1))) >> shift));
}

static u32 decode_byte(struct model *m, address state, u32 expected) {
    // 1/1.5, 1/2.1, ..., 1/8.7 in 65536ths: how far a slot follows that was met so often
    static const u16 rates[] = {45000, 31000, 22000, 17000, 14000, 12000, 10500, 7500};
    u32 node = 1;
    i32 *a = m->by_previous[state * 256 + m->seen[0]], *b = m->by_state[state], input[INPUTS];
    u16 *chosen[CONTEXTS], *trust = &m->trust[m->matched];
    u16(*apm)[APM_STEPS] = &m->apm[state * 256];
    for (u32 shift = 8; shift--;) {
        bool is_expected = expected >> (shift + 1) == node;
        u32 guess = expected >> shift & 1, turn = node * 0x9e3779b1;
        i32 trusted = is_expected ? m->stretch[*trust >> 4] : 0;
        input[CONTEXTS] = guess ? trusted : -trusted;
        input[CONTEXTS + 1] = BIAS;
        u32 sum_a = 0, sum_b = 0;
        for (address k = 0; k < INPUTS; k++) {
            if (k < CONTEXTS) {
                chosen[k] = &m->slots[(m->hashes[k] + turn) >> 5 & ((1 << SLOT_BITS) - 1)];
                u32 slot = *chosen[k];
                input[k] = slot & 7 ? m->stretch[slot >> 4] : 0;
            }
            sum_a += (u32)a[k] * (u32)input[k];
            sum_b += (u32)b[k] * (u32)input[k];
        }

        i32 by_a = clamp(sum_a), by_b = clamp(sum_b);
        u32 mixed = (u32)(((by_a + by_b) >> 1) + 2048), part = mixed & 127;
        u16 *step = &apm[node][mixed >> 7];
        u32 corrected = (step[0] * (128 - part) + step[1] * part) >> 7;
        u32 bit = decode(m, MAX(65536 - SUREST, MIN(SUREST, (m->squash[mixed] + corrected + 1) >> 1)));

        i32 one = bit ? 65535 : 0;
        learn(input, a, (i32)(bit << 16) - m->squash[by_a + 2048], 14);
        learn(input, b, (i32)(bit << 16) - m->squash[by_b + 2048], 15);
        step += part >> 6;
        *step += (one - *step) >> 5;
        for (address k = 0; k < CONTEXTS; k++) {
            i32 slot = *chosen[k], p = slot >> 3, times = slot & 7;
            p += (((one >> 3) - p) * rates[times] + one) >> 16;
            *chosen[k] = (u16)(p << 3 | (times + (times < 7)));
        }
        if (is_expected) {
            *trust += ((guess == bit ? 65535 : 0) - *trust) >> 6;
            if (guess != bit) expected = 0;
        }
        node = node << 1 | bit;
    }
    return node & 0xff;
}

/* FNV-1a (Fowler, Noll, Vo), 32 bits. */
static u32 checksum(const u8 *bytes, address size) {
    u32 hash = 0x811c9dc5;
    for (address i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 0x01000193;
    return hash;
}

address unpack(const u8 *from, address from_size, u8 *to, address to_size, void *scratch) {
    struct model *m = scratch;
    m->from = from, m->from_end = from + from_size;
    m->broken = false;
    u32 sum = next_word(m), code_size = next_word(m), zeros[2] = {HALF, HALF}, was_zero = 0;
    if (code_size > to_size) return 0;
    start(m);
    instructions_start(&m->instructions);
    m->range = ~0u;
    for (u32 i = 0; i < 4; i++) m->code = m->code << 8 | next_byte(m);
    for (address done = 0; done < to_size && !m->broken;) {
        bool is_code = done < code_size;
        if (!is_code && done % ZERO_BLOCK == 0) {
            u32 *one = &zeros[was_zero];
            was_zero = decode(m, *one);
            *one += (i32)((was_zero ? SUREST : 65536 - SUREST) - *one) >> 4;
        }
        if (!is_code) m->instructions.state = DATA_STATE;
        if (!is_code && was_zero) {
            to[done++] = 0;
            continue;
        }
        look(m, to, done, is_code);
        find_match(m, to, done);
        u32 byte = decode_byte(m, m->instructions.state, m->matched ? to[m->match] | 0x100u : 0);
        to[done++] = (u8)byte;
        if (is_code) instructions_take(&m->instructions, byte);
    }
    instructions_start(&m->instructions);
    instructions_restore(&m->instructions, to, code_size);
    return !m->broken && checksum(to, to_size) == sum ? to_size : 0;
}
