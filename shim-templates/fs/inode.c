/* Inodes: what is common to all kinds, and the two kinds without contents (devices, anonymous
 * ones). */
#include "inode.h"
#include "clock.h"
#include "mem.h"
#include "string.h"

static u64 last_number = 1;

i64 time_now(void) { return clock_wall(); }

void inode_init(struct inode *inode, u32 mode, enum fs_kind fs, const struct inode_ops *ops) {
    inode->references = 1;
    inode->mode = mode;
    inode->number = __atomic_add_fetch(&last_number, 1, __ATOMIC_RELAXED);
    inode->links = 1;
    inode->atime_ns = inode->mtime_ns = inode->ctime_ns = time_now();
    inode->ops = ops;
    inode->fs = fs;
    inode->lock = SPINLOCK(LOCK_INODE);
}

struct inode *inode_get(struct inode *inode) {
    __atomic_add_fetch(&inode->references, 1, __ATOMIC_RELAXED);
    return inode;
}

void inode_put(struct inode *inode) {
    if (!inode) return;
    if (__atomic_sub_fetch(&inode->references, 1, __ATOMIC_ACQ_REL) > 0) return;
    if (inode->ops->free) inode->ops->free(inode);
    else kfree(inode);
}

/* --- kinds without contents ------------------------------------------------------------------- */

static const struct inode_ops plain_ops = {0};

struct inode *inode_new_device(u32 mode, u32 rdev, enum fs_kind fs, const struct file_ops *ops) {
    struct inode *inode = kalloc(sizeof *inode);
    if (!inode) return NULL;
    inode_init(inode, mode, fs, &plain_ops);
    inode->rdev = rdev;
    inode->file_ops = ops;
    return inode;
}

struct anonymous {
    struct inode inode;
    const char *label;
};

struct inode *inode_new_anonymous(const char *label, u32 mode) {
    struct anonymous *a = kalloc(sizeof *a);
    if (!a) return NULL;
    inode_init(&a->inode, mode, FS_ANONYMOUS, &plain_ops);
    if (!(mode & S_IFMT)) a->inode.number = 1; // Linux has one inode for all but pipes
    a->label = label;
    return &a->inode;
}

const char *inode_anonymous_label(const struct inode *inode) {
    return ((const struct anonymous *)inode)->label;
}
