/* One random instruction of amd64, or bytes that are none. */
#pragma once
static u64 put_garbage(struct slot *s, u8 *to) {
    static const char *const listed[] = {GARBAGE_LISTED};
    if (one_in(s, 2)) {
        *to = (u8)next(s);
        return 1;
    }
    const char *one = listed[below(s, COUNT(listed))];
    u64 length = 0;
    // some hold a zero: the first byte always counts, prefixes and operands as random bytes may follow
    do to[length] = (u8)one[length], length++;
    while (one[length]);
    return length;
}
