/* Pairs of AUIPC and an instruction that adds to what it gave: JALR, ADDI, ADDIW, loads. Address and
 * instruction changed places: the upper 20 bits of the first word are the lower 20 of the second
 * instruction, the second word is the address, relative to the code's start, highest byte first.
 * (The RISC-V Instruction Set Manual, volume I, version 20191213, sections 2.4 and 2.6.) */
#include "image/unpack.h"

#define OPCODE 0x7fu
#define AUIPC 0x17u
#define REGISTER 0x1fu

static u32 word_at(const u8 *at) { return *(const u16 *)at | (u32) * (const u16 *)(at + 2) << 16; }
static void put_word(u8 *at, u32 value) {
    *(u16 *)at = (u16)value;
    *(u16 *)(at + 2) = (u16)(value >> 16);
}

static bool adds(u32 opcode) { return opcode == 0x67 || opcode == 0x13 || opcode == 0x1b || opcode == 0x03; }

void make_branches_relative(u8 *code, address size) {
    for (u32 i = 0; i + 8 <= size; i += 2) {
        u32 first = word_at(&code[i]), second = first >> 12;
        if ((first & OPCODE) != AUIPC || !adds(second & OPCODE)) continue;
        if ((second >> 15 & REGISTER) != (first >> 7 & REGISTER)) continue;
        u32 offset = __builtin_bswap32(word_at(&code[i + 4])) - i;
        u32 low = offset & 0xfff; // a signed number: the upper part makes up for it
        put_word(&code[i], (first & 0xfff) | ((offset + 0x800) & ~0xfffu));
        put_word(&code[i + 4], second | low << 20);
        i += 6;
    }
}
