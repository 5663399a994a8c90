/* What the properties of device tree nodes say. See flat-tree.h. (Devicetree specification 0.4, 2.2 and 2.3.) */
#include "flat-tree.h"
#include "string.h"

/* Where a bus says nothing (section 2.3.5). */
#define ADDRESS_CELLS 2
#define SIZE_CELLS 1
#define CELLS_MAX 2 /* of one number that we can hold */

const char *fdt_string(const struct fdt_node *node, const char *name) {
    u32 size;
    const u8 *p = fdt_property(node, name, &size);
    return p && size && p[size - 1] == 0 ? (const char *)p : NULL;
}

u32 fdt_u32(const struct fdt_node *node, const char *name, u32 otherwise) {
    u32 size;
    const u8 *p = fdt_property(node, name, &size);
    return p && size == 4 ? (u32)fdt_cells(p, 1) : otherwise;
}

bool fdt_list_has(const u8 *list, u32 size, const char *string) {
    if (!list || !size || list[size - 1]) return false;
    for (const u8 *p = list; p < list + size; p += strlen((const char *)p) + 1)
        if (strcmp((const char *)p, string) == 0) return true;
    return false;
}

bool fdt_is_compatible(const struct fdt_node *node, const char *what) {
    u32 size;
    const u8 *list = fdt_property(node, "compatible", &size);
    return fdt_list_has(list, size, what);
}

bool fdt_is_enabled(const struct fdt_node *node) {
    const char *status = fdt_string(node, "status");
    return !status || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

static struct fdt_node parent_of(const struct fdt_node *node) {
    struct fdt_node parent = *node;
    parent.depth--;
    return parent;
}

/* An address on `bus` as one on the bus above it (section 2.3.8). */
static bool translate(const struct fdt_node *bus, u64 *address, u64 size) {
    u32 bytes;
    const u8 *ranges = fdt_property(bus, "ranges", &bytes);
    if (!ranges) return false;
    if (bytes == 0) return true; // the same addresses
    struct fdt_node above = parent_of(bus);
    u32 own = fdt_u32(bus, "#address-cells", ADDRESS_CELLS);
    u32 up = fdt_u32(&above, "#address-cells", ADDRESS_CELLS);
    u32 length = fdt_u32(bus, "#size-cells", SIZE_CELLS);
    if (own > CELLS_MAX || up > CELLS_MAX || length > CELLS_MAX) return false;
    u32 entry = 4 * (own + up + length);
    if (!entry) return false;
    for (; bytes >= entry; bytes -= entry, ranges += entry) {
        u64 from = fdt_cells(ranges, own), to = fdt_cells(ranges + 4 * own, up);
        u64 room = fdt_cells(ranges + 4 * (own + up), length);
        if (*address < from || *address - from >= room || size > room - (*address - from)) continue;
        *address = to + (*address - from);
        return true;
    }
    return false;
}

bool fdt_reg(const struct fdt_node *node, u32 index, pa_t *start, u64 *size) {
    u32 bytes;
    const u8 *reg = fdt_property(node, "reg", &bytes);
    if (!reg || node->depth == 0) return false;
    struct fdt_node bus = parent_of(node);
    u32 own = fdt_u32(&bus, "#address-cells", ADDRESS_CELLS);
    u32 length = fdt_u32(&bus, "#size-cells", SIZE_CELLS);
    u64 entry = 4 * ((u64)own + length);
    if (!own || own > CELLS_MAX || length > CELLS_MAX || entry * (index + 1) > bytes) return false;
    reg += entry * index;
    *start = fdt_cells(reg, own);
    *size = fdt_cells(reg + 4 * own, length);
    for (; bus.depth > 0; bus = parent_of(&bus))
        if (!translate(&bus, start, *size)) return false;
    return *size <= UINT64_MAX - *start;
}
