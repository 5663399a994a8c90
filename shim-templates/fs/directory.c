/* Directories: a hash table for lookup, and an array of slots for listing.
 *
 * getdents resumes by slot number. An entry never moves, so names that stay are listed exactly
 * once however many others come and go meanwhile; freed slots are used again. A directory knows
 * its parent and its own entry, which is all that getcwd needs. */
#include "directory.h"
#include "mem.h"
#include "string.h"

struct spinlock tree_lock = SPINLOCK(LOCK_NAMESPACE);
struct directory *tree_root;

static void directory_free(struct inode *inode);
static const struct inode_ops directory_ops = {.free = directory_free};

const struct file_ops directory_file_ops = {.seekable = true};

struct directory *directory_new(u32 mode, enum fs_kind fs, struct directory *parent) {
    struct directory *dir = kalloc(sizeof *dir);
    if (!dir) return NULL;
    inode_init(&dir->inode, S_IFDIR | (mode & S_PERMISSIONS), fs, &directory_ops);
    dir->inode.links = 2;
    dir->inode.file_ops = &directory_file_ops;
    dir->parent = parent ? directory_of(inode_get(&parent->inode)) : dir;
    return dir;
}

/* The last reference is gone, so it is out of the tree, and a directory leaves the tree only empty.
 * Parents that nobody else holds follow, one after the other. */
static void directory_free(struct inode *inode) {
    struct directory *dir = directory_of(inode);
    struct inode *parent = &dir->parent->inode;
    kfree(dir->buckets);
    kfree(dir->slots);
    kfree(dir);
    if (parent != inode) inode_put(parent);
}

void directory_set_parent(struct directory *dir, struct directory *parent) {
    struct directory *old = dir->parent;
    dir->parent = directory_of(inode_get(&parent->inode));
    inode_put(&old->inode);
}

bool directory_is_below(struct directory *dir, struct directory *ancestor) {
    while (dir != ancestor && dir->parent != dir) dir = dir->parent;
    return dir == ancestor;
}

void directory_changed(struct directory *dir) {
    dir->inode.mtime_ns = dir->inode.ctime_ns = time_now();
}

/* --- the hash table --------------------------------------------------------------------------- */

/* FNV-1a, 32 bits (the public-domain hash of Fowler, Noll and Vo). */
static u32 hash_of(const char *name, size_t len) {
    u32 hash = 2166136261u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ (u8)name[i]) * 16777619u;
    return hash;
}

static struct entry **bucket_of(struct directory *dir, u32 hash) {
    return &dir->buckets[hash & (dir->bucket_count - 1)];
}

struct entry *entry_find(struct directory *dir, const char *name, size_t len) {
    if (!dir->bucket_count) return NULL;
    u32 hash = hash_of(name, len);
    struct entry *e = *bucket_of(dir, hash);
    while (e && !(e->hash == hash && e->len == len && memcmp(e->name, name, len) == 0)) e = e->next;
    return e;
}

/* Keeps at most one entry a bucket on average. */
static bool grow_buckets(struct directory *dir) {
    if (dir->count < dir->bucket_count) return true;
    u32 old_count = dir->bucket_count;
    struct entry **old = dir->buckets;
    u32 count = old_count ? old_count * 2 : 8;
    struct entry **fresh = kalloc(count * sizeof *fresh);
    if (!fresh) return old_count > 0; // a crowded table still works
    dir->buckets = fresh;
    dir->bucket_count = count;
    for (u32 i = 0; i < old_count; i++) {
        while (old[i]) {
            struct entry *e = old[i];
            old[i] = e->next;
            e->next = *bucket_of(dir, e->hash);
            *bucket_of(dir, e->hash) = e;
        }
    }
    kfree(old);
    return true;
}

/* --- the slots -------------------------------------------------------------------------------- */

static bool take_slot(struct directory *dir, struct entry *e) {
    u32 slot = dir->slot_count;
    // fill holes once they are a quarter, from a place that moves on, so that the search stays
    // short
    if (dir->slots_free > 8 && dir->slots_free > dir->slot_count / 4) {
        slot = e->hash % dir->slot_count;
        while (dir->slots[slot]) slot = slot + 1 == dir->slot_count ? 0 : slot + 1;
        dir->slots_free--;
    } else if (slot == dir->slot_limit) {
        u32 limit = dir->slot_limit ? dir->slot_limit * 2 : 8;
        struct entry **fresh = kalloc(limit * sizeof *fresh);
        if (!fresh) return false;
        if (dir->slots) memcpy(fresh, dir->slots, dir->slot_limit * sizeof *fresh);
        kfree(dir->slots);
        dir->slots = fresh;
        dir->slot_limit = limit;
        dir->slot_count++;
    } else {
        dir->slot_count++;
    }
    dir->slots[slot] = e;
    e->slot = slot;
    return true;
}

static void free_slot(struct directory *dir, u32 slot) {
    dir->slots[slot] = NULL;
    dir->slots_free++;
    if (dir->count > 0) return;
    dir->slot_count = 0;
    dir->slots_free = 0;
}

/* --- names ------------------------------------------------------------------------------------ */

struct entry *entry_add(struct directory *dir, const char *name, size_t len, struct inode *inode,
                        bool in_place) {
    struct entry *e = kalloc(sizeof *e + (in_place ? 0 : len));
    if (!e) return NULL;
    e->hash = hash_of(name, len);
    e->len = (u16)len;
    e->name = in_place ? name : e->text;
    if (!in_place) memcpy(e->text, name, len);
    if (!grow_buckets(dir) || !take_slot(dir, e)) {
        kfree(e);
        return NULL;
    }
    e->next = *bucket_of(dir, e->hash);
    *bucket_of(dir, e->hash) = e;
    e->parent = dir;
    e->inode = inode_get(inode);
    inode->entry = e;
    dir->count++;
    return e;
}

struct inode *entry_remove(struct entry *e) {
    struct directory *dir = e->parent;
    struct inode *inode = e->inode;
    struct entry **at = bucket_of(dir, e->hash);
    while (*at != e) at = &(*at)->next;
    *at = e->next;
    dir->count--;
    free_slot(dir, e->slot);
    if (inode->entry == e) inode->entry = NULL;
    kfree(e);
    return inode;
}

struct inode *entry_replace(struct entry *e, struct inode *inode) {
    struct inode *old = e->inode;
    if (old->entry == e) old->entry = NULL;
    e->inode = inode_get(inode);
    inode->entry = e;
    return old;
}

/* --- paths ------------------------------------------------------------------------------------ */

/* Writes from the end of the buffer towards its start. */
struct backwards {
    char *start, *at;
    bool full;
};

static void prepend(struct backwards *b, const char *text, size_t len) {
    b->full = b->full || len > (size_t)(b->at - b->start);
    if (b->full) return;
    b->at -= len;
    memcpy(b->at, text, len);
}

ssize_t inode_path(struct inode *inode, char *out, size_t size) {
    if (inode->fs == FS_ANONYMOUS) {
        const char *label = inode_anonymous_label(inode);
        size_t len = strlen(label);
        if (len >= size) return -ENAMETOOLONG;
        memcpy(out, label, len + 1);
        return (ssize_t)len;
    }
    struct backwards b = {.start = out, .at = out + size - 1};
    spin_lock(&tree_lock);
    struct inode *root = &tree_root->inode;
    if (inode == root) prepend(&b, "/", 1);
    while (inode != root && inode->entry) {
        prepend(&b, inode->entry->name, inode->entry->len);
        prepend(&b, "/", 1);
        inode = &inode->entry->parent->inode;
    }
    if (inode != root) prepend(&b, "/(deleted)", 10);
    spin_unlock(&tree_lock);
    if (b.full) return -ENAMETOOLONG;
    size_t len = (size_t)(out + size - 1 - b.at);
    memmove(out, b.at, len);
    out[len] = 0;
    return (ssize_t)len;
}
