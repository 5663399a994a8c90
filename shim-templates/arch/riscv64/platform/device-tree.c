/* See device-tree.h. (Devicetree specification 0.4: 3.4 memory, 3.5 reserved memory, 3.6 chosen, 5.3 the
 * reservation block.) */
#include "device-tree.h"
#include "../machine.h"
#include "flat-tree.h"
#include "string.h"

void dt_init(const void *dtb) {
    fdt_init(dtb);
    machine_read();
}

/* Entry `index` of the `reg` of all nodes for which `wanted` holds, counted through. */
static bool nth_range(bool (*wanted)(const struct fdt_node *), u32 index, pa_t *start, u64 *size) {
    struct fdt_node node = fdt_root();
    while (fdt_next(&node)) {
        if (!fdt_is_enabled(&node) || !wanted(&node)) continue;
        for (u32 i = 0; fdt_reg(&node, i, start, size); i++)
            if (index-- == 0) return true;
    }
    return false;
}

static bool is_memory(const struct fdt_node *node) {
    const char *type = fdt_string(node, "device_type");
    return node->depth == 1 && type && strcmp(type, "memory") == 0;
}

bool dt_next_memory(u32 index, pa_t *start, u64 *size) { return nth_range(is_memory, index, start, size); }

/* Those without `reg` only ask for a place of some size: nobody here gives them one. */
static bool is_reserved(const struct fdt_node *node) {
    struct fdt_node above = *node;
    above.depth--;
    return node->depth == 2 && strcmp(fdt_name(&above), "reserved-memory") == 0;
}

bool dt_next_reserved(u32 index, pa_t *start, u64 *size) {
    u32 listed = 0;
    pa_t at;
    for (u64 length; fdt_reservation(listed, &at, &length); listed++) {
        if (listed != index) continue;
        *start = at;
        *size = MIN(length, UINT64_MAX - at);
        return true;
    }
    return nth_range(is_reserved, index - listed, start, size);
}

static bool find_chosen(struct fdt_node *node) { return fdt_find("/chosen", strlen("/chosen"), node); }

const char *dt_bootargs(void) {
    struct fdt_node chosen;
    return find_chosen(&chosen) ? fdt_string(&chosen, "bootargs") : NULL;
}

bool dt_rng_seed(u64 out[4]) {
    struct fdt_node chosen;
    u32 size;
    u8 *seed = find_chosen(&chosen) ? (u8 *)fdt_property(&chosen, "rng-seed", &size) : NULL;
    if (!seed || !size) return false;
    // used once: another kernel started in this memory must not find it (Linux wipes it too)
    u8 *to = (u8 *)out;
    for (u32 i = 0; i < size; i++) {
        to[i % (4 * sizeof out[0])] ^= seed[i];
        seed[i] = 0;
    }
    return true;
}
