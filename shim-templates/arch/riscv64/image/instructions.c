/* RV64IMAC. Bits of an instruction stand in an order in which each is told by those before it: length and opcode,
 * function, registers, immediate; highest byte first. AUIPC and an instruction that adds to what it gave are one: the
 * upper 20 bits of the first are the lower ones of the second, and behind it is the address, relative to the code's start.
 * (The RISC-V Instruction Set Manual, volume I, version 20191213, sections 2.2 to 2.6 and 16.2.) generator/mix/riscv64.ts */
#include "image/instructions.h"

#define AUIPC 0x17u
#define OPCODE(word) ((word) & 0x7f)
#define RD(word) ((word) >> 7 & 31)

enum { FIRST, SECOND, THIRD, FOURTH, ADDRESS, ADDRESS_END = 7, SHORT_END };

void instructions_start(struct instructions *s) { s->state = s->bytes = s->before = 0; }

/* From our order to the architecture's. */
static u32 ordered(u32 w) {
    return w >> 30 | (w >> 25 & 31) << 2 | (w >> 22 & 7) << 12 | (w >> 17 & 31) << 7 | (w >> 12 & 31) << 15 | w << 20;
}

static bool is_pair(u32 w) {
    u32 opcode = OPCODE(w >> 12);
    bool adds = opcode == 0x67 || opcode == 0x13 || opcode == 0x1b || opcode == 0x03; // JALR, ADDI, ADDIW, loads
    return OPCODE(w) == AUIPC && adds && w >> 27 == RD(w);
}

/* How many bytes have ended: an instruction, or a pair. */
u32 instructions_take(struct instructions *s, u32 byte) {
    u32 state = s->state;
    s->word = s->word << 8 | byte;
    s->bytes = stir(s->bytes, byte);
    if (state == FIRST) {
        s->form = byte;
        s->state = byte >= 0xc0 ? SECOND : SHORT_END; // length is told by the highest bits
        return 0;
    }
    if (state != SHORT_END && state != ADDRESS_END && (state != FOURTH || is_pair(ordered(s->word)))) {
        s->state = state + 1;
        return 0;
    }
    end_instruction(s);
    return state == SHORT_END ? 2 : state == ADDRESS_END ? 8 : 4;
}

/* Highest byte first. */
static u32 word_at(const u8 *at) { return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3]; }
static void put_word(u8 *at, u32 value) {
    *(u16 *)at = (u16)value;
    *(u16 *)(at + 2) = (u16)(value >> 16);
}

void instructions_restore(struct instructions *s, u8 *code, u32 size) {
    for (u32 i = 0; i < size; i++) {
        u32 ended = instructions_take(s, code[i]);
        if (!ended) continue;
        u32 at = i + 1 - ended;
        u8 *first = &code[at];
        if (ended == 2) {
            *(u16 *)first = (u16)(s->word << 2 | (s->word >> 14 & 3));
            continue;
        }
        u32 word = ordered(word_at(first));
        if (ended == 8) {
            u32 offset = s->word - at;
            put_word(first + 4, word >> 12 | offset << 20);
            word = (word & 0xfff) | ((offset + 0x800) & ~0xfffu); // the low part is a signed number
        }
        put_word(first, word);
    }
}
