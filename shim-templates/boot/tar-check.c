/* Finding the end of a tar archive, by POSIX.1-2017 "ustar Interchange Format" and GNU tar's large
 * numbers. Only sizes matter here; names and kinds are read by fs/. */
#include "tar-check.h"
#include "log.h"
#include "string.h"

#define BLOCK 512
#define SIZE_AT 124
#define CHECKSUM_AT 148
#define MAGIC_AT 257

/* Octal digits, or with the top bit set a big-endian number (GNU). */
static u64 number_at(const u8 *field, u32 len) {
    u64 n = 0;
    if (field[0] & 0x80) {
        n = field[0] & 0x7f;
        for (u32 i = 1; i < len; i++) n = n << 8 | field[i];
        return n;
    }
    while (len > 0 && *field == ' ') field++, len--;
    for (; len > 0 && *field >= '0' && *field <= '7'; field++, len--) n = n << 3 | (*field - '0');
    return n;
}

bool tar_recognise(const u8 *bytes, u64 size) {
    if (size < BLOCK || memcmp(bytes + MAGIC_AT, "ustar", 5) != 0) return false;
    u32 sum = 0;
    for (u32 i = 0; i < BLOCK; i++) sum += i - CHECKSUM_AT < 8 ? ' ' : bytes[i];
    return sum == number_at(bytes + CHECKSUM_AT, 8);
}

static bool empty_block(const u8 *bytes) {
    for (u32 i = 0; i < BLOCK; i++)
        if (bytes[i]) return false;
    return true;
}

u64 tar_extent(const u8 *bytes, u64 size) {
    u64 at = 0;
    while (size - at >= BLOCK && !empty_block(bytes + at)) {
        if (!tar_recognise(bytes + at, size - at))
            refuse_to_boot("The root archive is damaged: at byte %lu there is no tar header.", at);
        u64 content = number_at(bytes + at + SIZE_AT, 12);
        // links and directories have no content, whatever their size field says; hard links may have one
        u8 kind = bytes[at + 156];
        if (kind >= '1' && kind <= '6') content = 0;
        u64 room = size - at - BLOCK;
        if (content > room)
            refuse_to_boot("The root archive is cut off: its file \"%.100s\" has %lu bytes, but %lu follow.",
                           (const char *)bytes + at, content, room);
        at += BLOCK + MIN(ALIGN_UP(content, BLOCK), room);
    }
    // the end is two empty blocks; archives that were cut there are complete all the same
    for (u32 i = 0; i < 2 && size - at >= BLOCK && empty_block(bytes + at); i++) at += BLOCK;
    return at;
}
