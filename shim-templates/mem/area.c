/* Areas in an AVL tree ordered by address. Every node knows the extent of its subtree and the
 * largest gap inside it, so that finding room for a mapping is one walk down, as is finding an
 * address.
 *
 * Neighbours that differ in nothing are one area: Go commits its heap in small steps with
 * MAP_FIXED, and without joining them the tree would grow with the heap.
 *
 * Invariant: areas do not overlap; all of this happens under space.lock. The recursion is as deep
 * as the tree, at most 1.44 log2(65530) = 23. */
#include "area.h"
#include "abi.h"
#include "file.h"
#include "log.h"

struct address_space space = {.lock = SPINLOCK(LOCK_MM)};

/* --- lock, and structs set aside -------------------------------------------------------------- */

void space_lock(void) { spin_lock(&space.lock); }

void space_unlock(void) {
    struct area *dropped = space.dropped;
    space.dropped = NULL;
    spin_unlock(&space.lock);
    // Letting go of a file may free it, which takes locks above LOCK_MM.
    while (dropped) {
        struct area *next = dropped->right;
        if (dropped->inode) inode_put(dropped->inode);
        kfree(dropped);
        dropped = next;
    }
}

static void drop(struct area *area) {
    area->right = space.dropped;
    space.dropped = area;
}

int areas_reserve(void) {
    u32 have = 0;
    for (struct area *a = space.spare; a; a = a->right) have++;
    for (; have < 3; have++) {
        struct area *a = kalloc(sizeof *a);
        if (!a) return -ENOMEM;
        a->right = space.spare;
        space.spare = a;
    }
    return 0;
}

static struct area *take_spare(void) {
    struct area *a = space.spare;
    assert(a);
    space.spare = a->right;
    return a;
}

/* --- the tree --------------------------------------------------------------------------------- */

static u32 height(const struct area *a) { return a ? a->height : 0; }

static void update(struct area *a) {
    a->height = 1 + MAX(height(a->left), height(a->right));
    a->low = a->left ? a->left->low : a->start;
    a->high = a->right ? a->right->high : a->end;
    a->gap = 0;
    if (a->left) a->gap = MAX(a->left->gap, a->start - a->left->high);
    if (a->right) a->gap = MAX(a->gap, MAX(a->right->gap, a->right->low - a->end));
}

static struct area *rotate_right(struct area *a) {
    struct area *top = a->left;
    a->left = top->right;
    top->right = a;
    update(a);
    update(top);
    return top;
}

static struct area *rotate_left(struct area *a) {
    struct area *top = a->right;
    a->right = top->left;
    top->left = a;
    update(a);
    update(top);
    return top;
}

static struct area *balance(struct area *a) {
    int lean = (int)height(a->left) - (int)height(a->right);
    if (lean > 1) {
        if (height(a->left->left) < height(a->left->right)) a->left = rotate_left(a->left);
        return rotate_right(a);
    }
    if (lean < -1) {
        if (height(a->right->right) < height(a->right->left)) a->right = rotate_right(a->right);
        return rotate_left(a);
    }
    update(a);
    return a;
}

static struct area *insert(struct area *node, struct area *new) {
    if (!node) {
        new->left = new->right = NULL;
        update(new);
        return new;
    }
    if (new->start < node->start) node->left = insert(node->left, new);
    else node->right = insert(node->right, new);
    return balance(node);
}

static struct area *detach_lowest(struct area *node, struct area **lowest) {
    if (!node->left) {
        *lowest = node;
        return node->right;
    }
    node->left = detach_lowest(node->left, lowest);
    return balance(node);
}

static struct area *detach(struct area *node, struct area *old) {
    if (node == old) {
        if (!old->left) return old->right;
        if (!old->right) return old->left;
        struct area *next, *rest = detach_lowest(old->right, &next);
        next->left = old->left;
        next->right = rest;
        return balance(next);
    }
    if (old->start < node->start) node->left = detach(node->left, old);
    else node->right = detach(node->right, old);
    return balance(node);
}

/* Recomputes the extents on the path to an area whose borders moved. */
static void refresh(struct area *node, struct area *changed) {
    if (node != changed) refresh(changed->start < node->start ? node->left : node->right, changed);
    update(node);
}

/* --- looking ---------------------------------------------------------------------------------- */

struct area *area_from(uptr address) {
    struct area *found = NULL;
    for (struct area *a = space.root; a;) {
        if (address < a->end) found = a, a = a->left;
        else a = a->right;
    }
    return found;
}

struct area *area_at(uptr address) {
    struct area *a = area_from(address);
    return a && a->start <= address ? a : NULL;
}

struct area *area_before(uptr address) {
    struct area *found = NULL;
    for (struct area *a = space.root; a;) {
        if (a->start < address) found = a, a = a->right;
        else a = a->left;
    }
    return found;
}

bool areas_cover(uptr start, uptr end) {
    while (start < end) {
        struct area *a = area_at(start);
        if (!a) return false;
        start = a->end;
    }
    return true;
}

void areas_surroundings(uptr start, uptr end, uptr *floor, uptr *ceiling) {
    struct area *below = area_before(start), *above = area_from(end);
    *floor = below ? MIN(below->end, start) : 0;
    *ceiling = above ? MAX(above->start, end) : USER_TOP;
}

/* The highest aligned place for `size` bytes in the free range [low, high). */
static uptr fit(u64 size, uptr low, uptr high, u64 align) {
    if (high <= low || high - low < size) return 0;
    uptr at = ALIGN_DOWN(high - size, align);
    return at >= low ? at : 0;
}

/* As areas_find_gap(), where [low, high) borders on nothing of the rest of the tree. */
static uptr find_gap(struct area *node, u64 size, uptr low, uptr high, u64 align) {
    if (high <= low || high - low < size) return 0;
    if (!node) return fit(size, low, high, align);
    // nothing in here is large enough?
    if (node->gap < size && fit(size, MAX(low, node->high), high, 1) == 0 &&
        fit(size, low, MIN(high, node->low), 1) == 0)
        return 0;
    uptr above = find_gap(node->right, size, MAX(low, node->end), high, align);
    return above ? above : find_gap(node->left, size, low, MIN(high, node->start), align);
}

uptr areas_find_gap(u64 size, uptr low, uptr high, u64 align) {
    return find_gap(space.root, size, low, high, align);
}

/* --- changing --------------------------------------------------------------------------------- */

static bool alike(const struct area *a, const struct area *b) {
    return a->end == b->start && a->kind == b->kind && a->prot == b->prot && a->flags == b->flags &&
           a->name == b->name && a->inode == b->inode && a->kind != AREA_SPECIAL &&
           (!a->inode || a->offset + (a->end - a->start) == b->offset);
}

static void remove_one(struct area *a) {
    space.root = detach(space.root, a);
    space.area_count--;
    drop(a);
}

/* Joins an area with the neighbours that are like it. Returns the joined one. */
static struct area *join(struct area *a) {
    struct area *before = area_before(a->start), *after = area_from(a->end);
    if (after && alike(a, after)) {
        uptr end = after->end;
        remove_one(after);
        a->end = end;
        refresh(space.root, a);
    }
    if (before && alike(before, a)) {
        uptr end = a->end;
        remove_one(a);
        before->end = end;
        refresh(space.root, before);
        a = before;
    }
    return a;
}

static struct area *add(const struct area *like) {
    struct area *a = take_spare();
    *a = *like;
    space.root = insert(space.root, a);
    space.area_count++;
    return a;
}

void area_add(const struct area *like) {
    space.mapped_bytes += like->end - like->start;
    join(add(like));
}

void areas_split_at(uptr address) {
    struct area *a = area_at(address);
    if (!a || a->start == address) return;
    struct area upper = *a;
    upper.start = address;
    upper.offset += address - a->start;
    if (upper.inode) inode_get(upper.inode);
    a->end = address;
    refresh(space.root, a);
    add(&upper);
}

struct area *area_cut(struct area *area, uptr start, uptr end) {
    start = MAX(start, area->start);
    u32 cuts = (start > area->start) + (end < area->end);
    if (cuts && space.area_count + cuts > MAX_AREAS) return NULL;
    if (end < area->end) areas_split_at(end);
    areas_split_at(start);
    return area_at(start);
}

void areas_remove(uptr start, uptr end) {
    for (struct area *a; (a = area_from(start)) && a->start < end;) {
        assert(a->start >= start && a->end <= end);
        space.mapped_bytes -= a->end - a->start;
        remove_one(a);
    }
}

struct area *area_change(struct area *area, u32 prot, u32 flags) {
    area->prot = prot;
    area->flags = flags;
    return join(area);
}
