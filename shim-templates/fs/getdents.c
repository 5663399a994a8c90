/* getdents64(2). Positions: 0 is `.`, 1 is `..`, then slots of the directory, then what is made
 * on demand. d_off is the position after the entry, so a reader may stop anywhere and go on. */
#include "directory.h"
#include "string.h"
#include "sys.h"
#include "walk.h"

#define FIRST_SLOT 2u
#define FIRST_LISTED (1ull << 32) /* entries made on demand come after all slots */
#define HEADER offsetof(struct abi_linux_dirent64, d_type) + 1
#define DT_OF(mode) (((mode) & S_IFMT) >> 12)

struct found {
    u64 number;
    u64 next; /* position after it */
    u32 mode;
    size_t len;
    char name[NAME_LIMIT + 1];
};

static void found_inode(struct found *out, const struct inode *inode, const char *name,
                        size_t len) {
    out->number = inode->number;
    out->mode = inode->mode;
    out->len = len;
    memcpy(out->name, name, len);
}

/* The first entry at or after `position`. */
static bool next_entry(struct directory *dir, u64 position, struct found *out) {
    spin_lock(&tree_lock);
    bool found = true;
    if (position < FIRST_SLOT) {
        found_inode(out, position == 0 ? &dir->inode : &dir->parent->inode, "..", position + 1);
        out->next = position + 1;
    } else {
        u64 slot = position - FIRST_SLOT;
        while (slot < dir->slot_count && !dir->slots[slot]) slot++;
        found = slot < dir->slot_count;
        if (found) {
            struct entry *e = dir->slots[slot];
            found_inode(out, e->inode, e->name, e->len);
            out->next = slot + 1 + FIRST_SLOT;
        }
    }
    spin_unlock(&tree_lock);
    if (found || !dir->inode.ops->list) return found;
    u64 listed = position < FIRST_LISTED ? 0 : position - FIRST_LISTED;
    if (!dir->inode.ops->list(&dir->inode, &listed, out->name, &out->number, &out->mode))
        return false;
    out->len = strlen(out->name);
    out->next = FIRST_LISTED + listed + 1;
    return true;
}

/* Writes one record. 0 = it does not fit. */
static int write_entry(uptr to, size_t room, const struct found *e) {
    u8 record[ALIGN_UP(sizeof(struct abi_linux_dirent64) + NAME_LIMIT + 1, 8)];
    size_t size = ALIGN_UP(HEADER + e->len + 1, 8);
    if (size > room) return 0;
    memset(record, 0, size);
    struct abi_linux_dirent64 *d = (void *)record;
    d->d_ino = e->number;
    d->d_off = (i64)e->next;
    d->d_reclen = (u16)size;
    d->d_type = (u8)DT_OF(e->mode);
    memcpy(record + HEADER, e->name, e->len);
    return user_write(to, record, size) ? -EFAULT : (int)size;
}

static long list(struct file *f, struct user_buf buf, u32 count) {
    struct directory *dir = directory_of(f->inode);
    if (dir->dead) return -ENOENT;
    struct found e;
    size_t used = 0;
    while (next_entry(dir, f->offset, &e)) {
        int size = write_entry(buf.base + used, count - used, &e);
        if (size <= 0) return used ? (long)used : size < 0 ? size : -EINVAL;
        used += (size_t)size;
        f->offset = e.next;
    }
    return (long)used;
}

long sys_getdents64(int fd, struct user_buf buf, u32 count) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    long result = is_directory(f->inode) ? list(f, buf, count) : -ENOTDIR;
    file_put(f);
    return result;
}
