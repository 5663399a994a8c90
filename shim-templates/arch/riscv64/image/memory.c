/* Memory as the device tree tells it, for the unpacker: as much of the tree as it takes to find a place, so that this stays
 * short. The kernel then reads all of it, and refuses what is damaged (platform/flat-tree.c); here whatever cannot be followed
 * is the end of the tree. (Devicetree specification 0.4: 2.3 properties, 3.4 memory, 3.5 reserved memory, 5 the blob.)
 *
 * Differs: the nodes of /reserved-memory have the root's numbers of cells and are not translated, as section 3.5.1 wants it. */
#include "arch/layout.h"
#include "image/unpack.h"

#define FIRMWARE_MAX (2 * MIB) /* what loaders leave for it: text_offset in start.S */
#define MAGIC 0xd00dfeed
#define TREE_MAX (2 * MIB) /* Linux's limit too */
#define CELLS_MAX 2        /* of one number */
enum header { TOTAL_SIZE = 4, STRUCTURE = 8, STRINGS = 12, RESERVATIONS = 16, HEADER_SIZE = 40 };
enum token { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };
enum depth { ROOT = 1, BELOW_ROOT = 2, BELOW_THAT = 3 };
#define RESERVATION_SIZE 16

/* start.S */
void image_say(const char *text);
NORETURN void image_off(void);
extern const char image_start[];

static NORETURN void image_refuse_end(const char *text) {
    image_say(text);
    image_say("\r\n");
    image_off();
}

NORETURN void image_refuse(const char *text) {
    image_say("catkernel: ");
    image_refuse_end(text);
}

static u64 cells(const u8 *at, u32 count) {
    u64 value = 0;
    for (u32 i = 0; i < count * 4; i++) value = value << 8 | at[i];
    return value;
}
static u32 word(const u8 *at) { return (u32)cells(at, 1); }

static bool is_called(const u8 *at, const u8 *end, const char *name) {
    for (; at < end && *at == (u8)*name; at++, name++)
        if (!*name) return true;
    return false;
}

static u32 size_of(address tree) {
    u32 size = word((const u8 *)tree + TOTAL_SIZE);
    return word((const u8 *)tree) == MAGIC && size >= HEADER_SIZE && size <= TREE_MAX ? size : 0;
}

/* Entry `index` of the `reg` of all memory nodes, or of all reserved ones. */
static bool range_in_nodes(address tree, bool reserved, u32 index, u64 *start, u64 *end) {
    const u8 *blob = (const u8 *)tree, *limit = blob + size_of(tree);
    const u8 *at = blob + word(blob + STRUCTURE), *strings = blob + word(blob + STRINGS), *reg = NULL;
    u32 depth = 0, own = 2, length = 1, reg_size = 0; // cells where nothing is said: section 2.3.5
    bool is_memory = false, is_off = false, is_reserved = false;
    while (at >= blob && limit - at >= 4) {
        u32 token = word(at);
        at += 4;
        if (token == BEGIN_NODE) {
            if (++depth == BELOW_ROOT) is_reserved = is_called(at, limit, "reserved-memory");
            is_memory = is_off = false;
            reg = NULL;
            while (at < limit && *at) at++;
            at = blob + ALIGN_UP((address)(at + 1 - blob), 4);
        } else if (token == PROPERTY) {
            if (limit - at < 8) return false;
            const u8 *name = strings + word(at + 4), *value = at + 8;
            u32 size = word(at);
            if (size > (address)(limit - value) || name < blob) return false;
            at = blob + ALIGN_UP((address)(value + size - blob), 4);
            if (depth == ROOT && size == 4 && is_called(name, limit, "#address-cells")) own = word(value);
            if (depth == ROOT && size == 4 && is_called(name, limit, "#size-cells")) length = word(value);
            if (is_called(name, limit, "device_type")) is_memory = is_called(value, limit, "memory");
            if (is_called(name, limit, "status")) is_off = size && *value != 'o'; // "okay", or "ok"
            if (is_called(name, limit, "reg")) reg = value, reg_size = size;
        } else if (token == END_NODE) {
            u32 entry = 4 * (own + length);
            bool wanted = reserved ? depth == BELOW_THAT && is_reserved : depth == BELOW_ROOT && is_memory;
            if (own > CELLS_MAX || length > CELLS_MAX) return false;
            for (; wanted && reg && !is_off && entry && reg_size >= entry; reg += entry, reg_size -= entry) {
                if (index--) continue;
                *start = cells(reg, own);
                *end = *start + cells(reg + 4 * own, length);
                return true;
            }
            depth--;
            reg = NULL;
        } else if (token != NOP) return false;
    }
    return false;
}

void read_device_tree(address tree) {
    u64 start, end;
    if (!tree || !size_of(tree)) {
        char digits[17], *first = &digits[16];
        *first = 0;
        do *--first = "0123456789abcdef"[tree & 15];
        while (tree >>= 4);
        image_say("catkernel: The firmware gave no device tree: register a1 is 0x");
        image_say(first);
        image_refuse_end(".");
    }
    if (!range_in_nodes(tree, false, 0, &start, &end)) image_refuse("The device tree is damaged: it tells no memory.");
}

/* As far as the kernel's direct map reaches. */
bool memory_range(address tree, u32 index, u64 *start, u64 *end) {
    if (!range_in_nodes(tree, false, index, start, end)) return false;
    *end = MIN(*end, PHYSMAP_SIZE);
    return true;
}

/* The tree, the firmware below us, and what the tree sets aside: in a block of its own, and in nodes. */
bool taken_range(address tree, u32 index, u64 *start, u64 *end) {
    enum { TREE, FIRMWARE, RESERVED };
    const u8 *blob = (const u8 *)tree;
    u32 size = size_of(tree), at = word(blob + RESERVATIONS);
    if (index == TREE) *start = tree, *end = tree + size;
    if (index == FIRMWARE) *end = (address)image_start, *start = *end - FIRMWARE_MAX;
    if (index < RESERVED) return true;
    index -= RESERVED;
    for (; at <= size - RESERVATION_SIZE; at += RESERVATION_SIZE) {
        *start = cells(blob + at, 2);
        *end = *start + cells(blob + at + 8, 2);
        if (!*start && !*end) break;
        if (index-- == 0) return true;
    }
    return range_in_nodes(tree, true, index, start, end);
}
