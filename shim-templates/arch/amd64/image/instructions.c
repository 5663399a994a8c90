/* x86-64 as compilers write kernels: general registers only, in 64-bit mode. (Intel SDM volume 2, appendix A and section 2.1.)
 * What counts from an instruction's end (branches, addresses by RIP) counts from the code's start here, and has its highest
 * byte first. generator/mix/amd64.ts */
#include "image/instructions.h"

enum { OPCODE, PREFIXED, SECOND, MODRM, SIB, SIB_WITHOUT_BASE, DISP8, DISP32, DISP32_END = 10, IMM8, IMM32, IMM16 = 14, IMM32_END };
enum { HAS_IMM8 = 1, HAS_IMM32 = 2, HAS_MODRM = 4, IS_PREFIX = 8, IS_ESCAPE = 9 };

/* The kinds of one-byte opcodes, then of those behind 0F, in runs: the kind, and how many less one. */
static const u8 runs[] = {
    0x43, 0x10, 0x20, 0x01, 0x43, 0x10, 0x20, 0x00, 0x90, 0x43, 0x10, 0x20, 0x01, 0x43, 0x10, 0x20, 0x01, 0x43, 0x10, 0x20,
    0x01, 0x43, 0x10, 0x20, 0x01, 0x43, 0x10, 0x20, 0x01, 0x43, 0x10, 0x20, 0x01, 0x8f, 0x0f, 0x02, 0x40, 0x83, 0x20, 0x60,
    0x10, 0x50, 0x03, 0x1f, 0x50, 0x60, 0x00, 0x50, 0x4b, 0x0f, 0x07, 0x10, 0x20, 0x05, 0x17, 0x27, 0x51, 0x03, 0x50, 0x60,
    0x04, 0x10, 0x01, 0x43, 0x0f, 0x13, 0x21, 0x00, 0x10, 0x03, 0x80, 0x00, 0x81, 0x01, 0x50, 0x60, 0x05, 0x46, 0x06, 0x4f,
    0x4f, 0x43, 0x0f, 0x4f, 0x4f, 0x4f, 0x4f, 0x2f, 0x4f, 0x02, 0x40, 0x50, 0x40, 0x03, 0x41, 0x50, 0x4c, 0x50, 0x4c, 0x07,
    0x4f, 0x4f, 0x4f,
};

void instructions_start(struct instructions *s) {
    s->form = s->displacement = s->immediate = 0;
    end_instruction(s);
    end_instruction(s);
    u8 *kind = s->kinds;
    for (u32 i = 0; i < sizeof runs; i++)
        for (u32 n = runs[i] & 15; n != ~0u; n--) *kind++ = runs[i] >> 4;
}

static void next(struct instructions *s) {
    if (s->displacement) s->state = s->displacement == 1 ? DISP8 : DISP32;
    else if (s->immediate) s->state = s->immediate == 1 ? IMM8 : s->immediate == 2 ? IMM16 : IMM32;
    else end_instruction(s);
}

static void take_opcode(struct instructions *s, u32 byte) {
    s->word = s->state == SECOND ? 0x100 | byte : byte;
    u32 kind = s->kinds[s->word];
    s->form = stir(s->form, byte);
    if (kind == IS_PREFIX) {
        if (byte == 0x66) s->is_short = true;
        s->is_wide = (byte & 0xf8) == 0x48;
        s->state = PREFIXED;
    } else if (kind == IS_ESCAPE) s->state = SECOND;
    else {
        s->immediate = kind & HAS_IMM8 ? 1 : kind & HAS_IMM32 ? s->is_short ? 2 : 4 : 0;
        if (s->is_wide && (byte & 0xf8) == 0xb8 && kind == HAS_IMM32) s->displacement = 4; // MOV of 8 bytes
        if (kind & HAS_MODRM) s->state = MODRM;
        else next(s);
    }
}

static void take_modrm(struct instructions *s, u32 byte) {
    u32 mod = byte >> 6, rm = byte & 7;
    s->form = stir(s->form, byte);
    // TEST has an immediate, the others of its group have none
    if ((s->word & ~1u) == 0xf6 && (byte & 0x30)) s->immediate = 0;
    s->is_relative = mod == 0 && rm == 5;
    s->displacement = mod == 1 ? 1 : mod == 2 || s->is_relative ? 4 : 0;
    if (mod != 3 && rm == 4) s->state = mod == 0 ? SIB_WITHOUT_BASE : SIB;
    else next(s);
}

/* Not 0 if an operand of 4 bytes has ended that counts from the instruction's end: how many bytes away that is, and 1. */
u32 instructions_take(struct instructions *s, u32 byte) {
    u32 told = 0;
    s->bytes = stir(s->bytes, byte);
    switch (s->state) {
    case OPCODE:
    case PREFIXED:
    case SECOND: take_opcode(s, byte); break;
    case MODRM: take_modrm(s, byte); break;
    case SIB_WITHOUT_BASE:
        if ((byte & 7) == 5) s->displacement = 4;
        __attribute__((fallthrough));
    case SIB: next(s); break;
    case DISP8:
    case DISP32_END:
        if (s->is_relative) told = 1 + s->immediate;
        s->displacement = 0;
        next(s);
        break;
    case IMM8:
    case IMM32_END:
        // CALL, JMP, Jcc
        if (s->immediate == 4 && ((s->word & ~1u) == 0xe8 || (s->word & ~15u) == 0x180)) told = 1;
        s->immediate = 0;
        next(s);
        break;
    default: s->state++;
    }
    return told;
}

void instructions_restore(struct instructions *s, u8 *code, u32 size) {
    for (u32 i = 0; i < size; i++) {
        u32 told = instructions_take(s, code[i]);
        u32 *operand = (u32 *)&code[i - 3];
        if (told) *operand = __builtin_bswap32(*operand) - i - told;
    }
}
