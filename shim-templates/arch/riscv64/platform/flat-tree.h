/* The flattened device tree (Devicetree specification 0.4, chapter 5), read where it lies. flat-tree.c
 *
 * Numbers in it are big-endian. fdt_init() checks the structure of all of it; what properties hold is
 * checked by whoever asks for them. */
#pragma once
#include "types.h"

#define FDT_DEPTH_MAX 16
#define FDT_HEADER_SIZE 40
#define FDT_SIZE_MAX (2 * MIB) /* Linux's limit too */

struct fdt_node {
    u32 depth;
    u32 path[FDT_DEPTH_MAX]; /* from the root to the node itself: offsets in the structure block */
};

/* How long the blob is whose header this is; 0 if it is none. */
u32 fdt_blob_size(const void *header);
/* `blob` is readable as far as its header says. refuse_to_boot() if it is damaged. */
void fdt_init(const void *blob);
/* One entry of the memory reservation block; false behind the last. */
bool fdt_reservation(u32 index, pa_t *start, u64 *size);

struct fdt_node fdt_root(void);
/* The next node in the order of the blob: children before siblings. */
bool fdt_next(struct fdt_node *node);
/* The node with this path; the unit address of a name ("@...") may be left out. */
bool fdt_find(const char *path, size_t length, struct fdt_node *out);
const char *fdt_name(const struct fdt_node *node);

/* A property's bytes; NULL if the node has none of that name. */
const u8 *fdt_property(const struct fdt_node *node, const char *name, u32 *size);
/* One that holds a string: ends with NUL. NULL if it does not. */
const char *fdt_string(const struct fdt_node *node, const char *name);
u32 fdt_u32(const struct fdt_node *node, const char *name, u32 otherwise);
/* Is it in this list of strings, each with its NUL? */
bool fdt_list_has(const u8 *list, u32 size, const char *string);
bool fdt_is_compatible(const struct fdt_node *node, const char *what);
bool fdt_is_enabled(const struct fdt_node *node);
/* An entry of `reg`, as the hart sees it: translated through the buses above. False if there is none,
 * or if it cannot be reached from the hart. */
bool fdt_reg(const struct fdt_node *node, u32 index, pa_t *start, u64 *size);
/* A number of one or two cells. */
u64 fdt_cells(const u8 *at, u32 count);
