/* Branches of x86-64: CALL and JMP rel32 (E8, E9), Jcc rel32 (0F 80..8F). Where the operand plus its place
 * lies within the code, that sum is there instead; the highest byte comes first. */
#include "image/unpack.h"

void make_branches_relative(u8 *code, address size) {
    for (u32 i = 0; i + 6 <= size; i++) {
        u32 skip = (code[i] & 0xfe) == 0xe8 ? 1 : code[i] == 0x0f && (code[i + 1] & 0xf0) == 0x80 ? 2 : 0;
        if (!skip) continue;
        u32 *operand = (u32 *)&code[i + skip];
        i32 sum = (i32)__builtin_bswap32(*operand);
        // what lies outside of the code came in on the other side of the range
        bool within = sum >= -(i32)i && sum < (i32)size;
        *operand = (u32)(!within ? sum : sum >= 0 ? sum - (i32)i : sum + (i32)size);
        i += skip + 3;
    }
}
