/* Symbolic links: a text, copied behind the inode or left in the tar. */
#include "symlink.h"
#include "mem.h"
#include "string.h"

struct symlink {
    struct inode inode;
    const char *text;
    char copy[];
};

static ssize_t symlink_readlink(struct inode *inode, char *out, size_t size) {
    size_t len = MIN(inode->size, size);
    memcpy(out, ((struct symlink *)inode)->text, len);
    return (ssize_t)len;
}

static const struct inode_ops symlink_ops = {.readlink = symlink_readlink};

struct inode *symlink_new(const char *text, size_t len, enum fs_kind fs, bool in_place) {
    struct symlink *link = kalloc(sizeof *link + (in_place ? 0 : len));
    if (!link) return NULL;
    inode_init(&link->inode, S_IFLNK | 0777, fs, &symlink_ops);
    link->inode.size = len;
    link->text = in_place ? text : link->copy;
    if (!in_place) memcpy(link->copy, text, len);
    return &link->inode;
}
