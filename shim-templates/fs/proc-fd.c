/* /proc/self/fd: the open descriptors as symbolic links. Opening one opens the file behind it anew.
 * Differs: an end of a pipe, an eventfd or an epoll set cannot be opened this way (ENXIO). */
#include "fd.h"
#include "log.h"
#include "mem.h"
#include "string.h"
#include "synthetic.h"
#include "tree.h"

struct fd_link {
    struct inode inode;
    int fd;
};

static struct inode *fd_follow(struct inode *inode) {
    struct file *f = fd_get_any(((struct fd_link *)inode)->fd);
    if (!f) return NULL;
    struct inode *target = inode_get(f->inode);
    file_put(f);
    return target;
}

static ssize_t fd_readlink(struct inode *inode, char *out, size_t size) {
    struct file *f = fd_get_any(((struct fd_link *)inode)->fd);
    if (!f) return -ENOENT;
    ssize_t len = inode_path(f->inode, out, size);
    // sockets, pipes and the console's two ends have a kind and a number instead of a path
    char text[32];
    int n = 0;
    if (len > 0 && f->inode->fs == FS_ANONYMOUS && out[len - 1] == ':')
        n = format_into(text, sizeof text, "[%lu]", f->inode->number);
    if (f->inode->fs == FS_DEV && !f->inode->entry) {
        len = 0;
        n = inode_is(f->inode, S_IFIFO)
                ? format_into(text, sizeof text, "pipe:[%lu]", f->inode->number)
                : format_into(text, sizeof text, "/dev/console");
    }
    file_put(f);
    if (len < 0) return len;
    n = (int)MIN((size_t)n, size - (size_t)len);
    memcpy(out + len, text, (size_t)n);
    return len + n;
}

static const struct inode_ops fd_link_ops = {.readlink = fd_readlink, .follow = fd_follow};

static struct inode *link_new(int fd) {
    struct fd_link *link = kalloc(sizeof *link);
    if (!link) return NULL;
    inode_init(&link->inode, S_IFLNK | 0700, FS_PROC, &fd_link_ops);
    link->inode.size = 64; // as Linux says
    link->fd = fd;
    return &link->inode;
}

/* A decimal number without anything else, or -1. */
static int number_of(const char *name, size_t len) {
    int value = 0;
    if (len == 0 || len > 7 || (len > 1 && name[0] == '0')) return -1;
    for (size_t i = 0; i < len; i++) {
        if (name[i] < '0' || name[i] > '9') return -1;
        value = value * 10 + (name[i] - '0');
    }
    return value;
}

static struct inode *fd_lookup(struct inode *dir, const char *name, size_t len) {
    int fd = number_of(name, len);
    if (fd < 0 || fd_next(fd) != fd) return NULL;
    return link_new(fd);
}

static bool fd_list(struct inode *dir, u64 *position, char name[256], u64 *number, u32 *mode) {
    int fd = fd_next((int)MIN(*position, (u64)INT32_MAX));
    if (fd < 0) return false;
    *position = (u64)fd;
    format_into(name, 256, "%d", fd);
    *number = dir->number << 32 | (u64)fd;
    *mode = S_IFLNK;
    return true;
}

static struct inode_ops fd_dir_ops = {.lookup = fd_lookup, .list = fd_list};

void proc_fd_init(void) {
    struct directory *dir;
    tree_add_directory("/proc/1/fd", 0500);
    struct inode *inode = files_lookup_inode("/proc/1/fd");
    dir = directory_of(inode);
    fd_dir_ops.free = inode->ops->free;
    inode->ops = &fd_dir_ops;
    dir->sealed = true;
    inode_put(inode);
}
