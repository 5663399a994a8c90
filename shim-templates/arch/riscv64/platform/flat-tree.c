/* Walking a flattened device tree. See flat-tree.h.
 *
 * The firmware may hand over anything. One pass checks that every token, name and property lies inside its
 * block, and that nodes are nested and closed; the walk after that need not look again. */
#include "flat-tree.h"
#include "log.h"
#include "string.h"

#define VERSION 17 /* since 2004; the blocks' sizes are in the header */
enum header {
    TOTAL_SIZE = 4, STRUCTURE = 8, STRINGS = 12, RESERVATIONS = 16, NEWEST = 20, OLDEST_READER = 24,
    STRINGS_SIZE = 32, STRUCTURE_SIZE = 36,
};
#define MAGIC 0xd00dfeed
enum token { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4, END = 9 };
#define PROPERTY_HEADER 12 /* token, size, name */
#define RESERVATION_SIZE 16

static const u8 *structure, *strings, *reservations;
static u32 structure_size, strings_size;

u64 fdt_cells(const u8 *at, u32 count) {
    u64 value = 0;
    for (u32 i = 0; i < count * 4; i++) value = value << 8 | at[i];
    return value;
}

static u32 word(u32 at) { return (u32)fdt_cells(structure + at, 1); }

/* Behind the node's token and name, where its properties begin. */
static u32 inside(u32 node) {
    return ALIGN_UP(node + 4 + strlen((const char *)structure + node + 4) + 1, 4);
}
static u32 behind_property(u32 at) { return ALIGN_UP(at + PROPERTY_HEADER + word(at + 4), 4); }

/* --- the check ---------------------------------------------------------------------------------------- */

static NORETURN void damaged(const char *why) { refuse_to_boot("The device tree is damaged: %s.", why); }

static bool has_end(const u8 *string, u32 max) {
    return strnlen((const char *)string, max) < max;
}

static u32 check_property(u32 at) {
    if (structure_size - at < PROPERTY_HEADER) damaged("a property is cut off");
    u32 size = word(at + 4), name = word(at + 8);
    if (size > structure_size - at - PROPERTY_HEADER) damaged("a property is longer than the tree");
    if (name >= strings_size || !has_end(strings + name, strings_size - name))
        damaged("a property's name lies outside");
    return behind_property(at);
}

static void check_structure(void) {
    u32 at = 0, depth = 0;
    bool children = false; // properties come before them
    while (at <= structure_size - 4) {
        switch (word(at)) {
        case BEGIN_NODE:
            if (!has_end(structure + at + 4, structure_size - at - 4)) damaged("a node's name does not end");
            if (++depth > FDT_DEPTH_MAX) damaged("its nodes are nested too deeply");
            if (depth == 1 && children) damaged("it has several roots");
            at = inside(at);
            children = false;
            break;
        case END_NODE:
            if (depth-- == 0) damaged("it closes more nodes than it opens");
            at += 4;
            children = true;
            break;
        case PROPERTY:
            if (depth == 0 || children) damaged("a property is in no node");
            at = check_property(at);
            break;
        case NOP: at += 4; break;
        case END:
            if (depth || !children) damaged("it ends inside a node");
            return;
        default: damaged("it has an unknown token");
        }
    }
    damaged("it has no end");
}

static const u8 *block(const u8 *base, u32 at, u32 size, u32 alignment) {
    u32 total = (u32)fdt_cells(base + TOTAL_SIZE, 1);
    if (at % alignment || at < FDT_HEADER_SIZE || at > total || size > total - at) damaged("a block lies outside");
    return base + at;
}

u32 fdt_blob_size(const void *header) {
    u64 magic = fdt_cells(header, 1), size = fdt_cells((const u8 *)header + TOTAL_SIZE, 1);
    return magic == MAGIC && size >= FDT_HEADER_SIZE && size <= FDT_SIZE_MAX ? (u32)size : 0;
}

void fdt_init(const void *blob) {
    const u8 *base = blob;
    if (fdt_cells(base + NEWEST, 1) < VERSION || fdt_cells(base + OLDEST_READER, 1) > VERSION)
        damaged("its version is not 17");
    structure_size = (u32)fdt_cells(base + STRUCTURE_SIZE, 1);
    strings_size = (u32)fdt_cells(base + STRINGS_SIZE, 1);
    structure = block(base, (u32)fdt_cells(base + STRUCTURE, 1), structure_size, 4);
    strings = block(base, (u32)fdt_cells(base + STRINGS, 1), strings_size, 1);
    if (structure_size < 4) damaged("it is empty");
    check_structure();

    u32 at = (u32)fdt_cells(base + RESERVATIONS, 1);
    do { // ends with an entry of zeros
        reservations = block(base, at, RESERVATION_SIZE, 8);
        at += RESERVATION_SIZE;
    } while (fdt_cells(reservations, 2) || fdt_cells(reservations + 8, 2));
    reservations = base + fdt_cells(base + RESERVATIONS, 1);
}

bool fdt_reservation(u32 index, pa_t *start, u64 *size) {
    for (const u8 *entry = reservations;; entry += RESERVATION_SIZE) {
        *start = fdt_cells(entry, 2);
        *size = fdt_cells(entry + 8, 2);
        if (!*start && !*size) return false;
        if (index-- == 0) return true;
    }
}

/* --- nodes -------------------------------------------------------------------------------------------- */

struct fdt_node fdt_root(void) {
    u32 at = 0;
    while (word(at) == NOP) at += 4;
    return (struct fdt_node){.path = {at}};
}

bool fdt_next(struct fdt_node *node) {
    u32 at = inside(node->path[node->depth]);
    for (;;) {
        switch (word(at)) {
        case BEGIN_NODE: node->path[++node->depth] = at; return true;
        case END_NODE:
            if (node->depth-- == 0) return false;
            at += 4;
            break;
        case PROPERTY: at = behind_property(at); break;
        default: at += 4; break;
        }
    }
}

const char *fdt_name(const struct fdt_node *node) {
    return (const char *)structure + node->path[node->depth] + 4;
}

static bool is_called(const struct fdt_node *node, const char *name, size_t length) {
    const char *own = fdt_name(node);
    return strncmp(own, name, length) == 0 && (own[length] == 0 || own[length] == '@');
}

bool fdt_find(const char *path, size_t length, struct fdt_node *out) {
    const char *end = path + length;
    *out = fdt_root();
    while (path < end) {
        if (*path++ != '/') return false;
        const char *name = path;
        while (path < end && *path != '/') path++;
        u32 depth = out->depth + 1;
        do {
            if (!fdt_next(out) || out->depth < depth) return false;
        } while (out->depth > depth || !is_called(out, name, (size_t)(path - name)));
    }
    return true;
}

const u8 *fdt_property(const struct fdt_node *node, const char *name, u32 *size) {
    *size = 0;
    for (u32 at = inside(node->path[node->depth]);;) {
        switch (word(at)) {
        case PROPERTY:
            if (strcmp((const char *)strings + word(at + 8), name) == 0) {
                *size = word(at + 4);
                return structure + at + PROPERTY_HEADER;
            }
            at = behind_property(at);
            break;
        case NOP: at += 4; break;
        default: return NULL; // a child, or the end
        }
    }
}
