/* Open files and their references. */
#include "file.h"
#include "inode.h"
#include "lock-file.h"
#include "mem.h"
#include "poll.h"

void file_begin(struct file *f, struct inode *inode, const struct file_ops *ops, u32 flags) {
    f->references = 1;
    f->flags = flags;
    f->ops = ops;
    f->inode = inode_get(inode);
    list_init(&f->epoll_items);
}

struct file *file_new(struct inode *inode, const struct file_ops *ops, u32 flags) {
    struct file *f = kalloc(sizeof *f);
    if (f) file_begin(f, inode, ops, flags);
    return f;
}

struct file *file_new_anonymous(const char *label, u32 mode, const struct file_ops *ops,
                                u32 flags) {
    struct inode *inode = inode_new_anonymous(label, mode);
    if (!inode) return NULL;
    struct file *f = file_new(inode, ops, flags);
    inode_put(inode);
    return f;
}

struct file *file_get(struct file *f) {
    __atomic_add_fetch(&f->references, 1, __ATOMIC_RELAXED);
    return f;
}

void file_put(struct file *f) {
    if (__atomic_sub_fetch(&f->references, 1, __ATOMIC_ACQ_REL) > 0) return;
    // epoll sets forget it before what they watch goes away
    if (!list_empty(&f->epoll_items)) epoll_forget(f);
    if (f->locked) file_lock_drop(f);
    if (f->ops->release) f->ops->release(f);
    inode_put(f->inode);
    kfree(f);
}
