/* One random instruction of riscv64, or bits that are none. */
#pragma once
static u64 put_garbage(struct slot *s, u8 *to) {
    static const u32 listed[] = {GARBAGE_LISTED};
    u32 word = (u32)next(s);
    switch (below(s, 4)) {
    case 0: word |= 3; break;
    // a control and status register, read or written
    case 1: word = (word & 0xfffffff8u & ~0x7fu) | 0x73; break;
    case 2: word = listed[below(s, COUNT(listed))]; break;
    default: to[0] = (u8)word, to[1] = (u8)(word >> 8); return 2;
    }
    for (u32 i = 0; i < 4; i++) to[i] = (u8)(word >> 8 * i);
    return 4;
}
