/* sendfile and copy_file_range: from one open file to another, by way of a buffer of the kernel,
 * so that never two inodes are locked at once. */
#include "io.h"
#include "inode.h"
#include "mem.h"
#include "pipe.h"
#include "sys.h"

#define PIECE (64 * KIB)

/* Copies up to `count` bytes; both offsets advance by what was written. */
static i64 copy(struct file *in, u64 *in_offset, struct file *out, u64 *out_offset, u64 count) {
    u8 *buffer = kalloc(PIECE);
    if (!buffer) return -ENOMEM;
    i64 done = 0, result = 0;
    count = MIN(count, MAX_RW_COUNT);
    // an eventfd takes numbers, not what files hold
    bool takes = out->inode->fs != FS_ANONYMOUS || is_pipe(out);
    while ((u64)done < count) {
        u64 at = *in_offset;
        struct io from = {.kernel = buffer, .left = MIN(PIECE, count - (u64)done)};
        i64 got = result = io_read(in, &from, &at);
        if (got <= 0) break;
        struct io to = {.kernel = buffer, .left = (size_t)got};
        result = takes ? io_write(out, &to, out_offset) : -EINVAL;
        if (result <= 0) break;
        *in_offset += (u64)result;
        done += result;
        if (result < got) break;
    }
    kfree(buffer);
    return done ? done : result;
}

/* In Linux's order: what is read and how much of it, before where it goes. `out` is NULL if it is not open. */
static i64 send(struct file *out, struct file *in, i64 *offset, u64 count) {
    if (!file_readable(in)) return -EBADF;
    if (offset && !in->ops->seekable) return -ESPIPE;
    u64 at = offset ? (u64)*offset : in->offset;
    if ((i64)at < 0 || (i64)count < 0 || (i64)(at + count) < 0) return -EINVAL;
    if (!out || !file_writable(out)) return -EBADF;
    count = MIN(count, MAX_RW_COUNT);
    if (out->ops->seekable && (i64)(out->offset + count) < 0) return -EINVAL;
    bool to_pipe = is_pipe(out); // which is looked at first, and whose bytes are always appended
    int unread = to_pipe ? pipe_check_readers(out) : 0;
    if (unread) return unread;
    if (!in->ops->seekable || !in->ops->read || (!to_pipe && (out->flags & O_APPEND))) return -EINVAL;
    i64 result = copy(in, &at, out, NULL, count);
    if (offset) *offset = (i64)at;
    else in->offset = at;
    return result;
}

long sys_sendfile(int out_fd, int in_fd, i64 *offset, u64 count) {
    struct file *in = fd_get(in_fd), *out = fd_get(out_fd);
    i64 result = in ? send(out, in, offset, count) : -EBADF;
    if (in) file_put(in);
    if (out) file_put(out);
    return result;
}

static i64 copy_range(struct file *in, i64 *off_in, struct file *out, i64 *off_out, u64 len) {
    if (inode_is(in->inode, S_IFDIR) || inode_is(out->inode, S_IFDIR)) return -EISDIR;
    if (!inode_is(in->inode, S_IFREG) || !inode_is(out->inode, S_IFREG)) return -EINVAL;
    if (!file_readable(in) || !file_writable(out) || (out->flags & O_APPEND)) return -EBADF;
    u64 from = off_in ? (u64)*off_in : in->offset, to = off_out ? (u64)*off_out : out->offset;
    // In Linux's order: sums of numbers without a sign; what is cut, at the source's end and at the longest file; an
    // overlap of what is left; and only then the signs.
    if (from + len < from || to + len < to) return -EOVERFLOW;
    u64 size = in->inode->size;
    bool sized = in->inode->fs != FS_PROC && in->inode->fs != FS_SYS;
    u64 reach = !sized ? len : (i64)from < (i64)size ? MIN(len, size - from) : 0;
    if ((i64)to == (i64)FILE_LIMIT) return -EFBIG;
    reach = MIN(reach, FILE_LIMIT - to);
    if (in->inode == out->inode && to < from + reach && from < to + reach) return -EINVAL;
    if ((i64)from < 0 || (i64)to < 0) return -EINVAL;
    i64 result = reach ? copy(in, &from, out, &to, MIN(reach, MAX_RW_COUNT)) : 0;
    if (off_in) *off_in = (i64)from;
    else in->offset = from;
    if (off_out) *off_out = (i64)to;
    else out->offset = to;
    return result;
}

long sys_copy_file_range(int fd_in, i64 *off_in, int fd_out, i64 *off_out, u64 len, u32 flags) {
    struct file *in = fd_get(fd_in), *out = fd_get(fd_out);
    i64 result = in && out ? copy_range(in, off_in, out, off_out, len) : -EBADF;
    if (in) file_put(in);
    if (out) file_put(out);
    return result;
}
