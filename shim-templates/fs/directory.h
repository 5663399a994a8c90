/* Directories and the names in them. fs/directory.c
 *
 * Everything here is under LOCK_NAMESPACE (tree_lock) unless it says otherwise. */
#pragma once
#include "inode.h"

struct directory;

/* A name. It holds a reference to its inode. */
struct entry {
    struct entry *next;        /* same hash bucket */
    struct inode *inode;
    struct directory *parent;
    const char *name;          /* no NUL; in the tar, or `text` */
    u32 hash;
    u32 slot;
    u16 len;
    char text[];
};

struct directory {
    struct inode inode;
    struct directory *parent; /* referenced unless it is the directory itself (the root) */
    struct entry **buckets;   /* by hash */
    u32 bucket_count;         /* a power of two, or 0 */
    u32 count;
    struct entry **slots;     /* by position for getdents: an entry keeps its slot for life */
    u32 slot_count, slot_limit;
    u32 slots_free;           /* holes among the slots in use */
    bool dead;                /* removed: nothing can be made in it any more */
    bool sealed;              /* /proc, /sys: the program makes and removes nothing here */
};

extern struct spinlock tree_lock;
extern struct directory *tree_root;

static inline struct directory *directory_of(struct inode *inode) {
    return (struct directory *)inode;
}
static inline bool is_directory(const struct inode *inode) { return inode_is(inode, S_IFDIR); }

/* Not yet in the tree; `parent` is the directory it will be in, NULL for the root. No lock
 * needed. */
struct directory *directory_new(u32 mode, enum fs_kind fs, struct directory *parent);

struct entry *entry_find(struct directory *dir, const char *name, size_t len);
/* Adds a name for the inode, with a reference of its own. `in_place`: the name's bytes stay
 * where they are. NULL when memory is out. The name must not be there. */
struct entry *entry_add(struct directory *dir, const char *name, size_t len, struct inode *inode,
                        bool in_place);
/* Takes the name away and gives its reference to the caller. Link counts are the caller's. */
struct inode *entry_remove(struct entry *e);
/* Lets an existing name lead to another inode; the reference to the old one goes to the caller. */
struct inode *entry_replace(struct entry *e, struct inode *inode);
/* Is `dir` the directory `ancestor` or below it? */
bool directory_is_below(struct directory *dir, struct directory *ancestor);
void directory_set_parent(struct directory *dir, struct directory *parent);
void directory_changed(struct directory *dir); /* mtime, ctime */
extern const struct file_ops directory_file_ops;
