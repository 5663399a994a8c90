/* read, write and their many spellings.
 *
 * All of them make a `struct io` and call the open file's one read or one write function with a
 * pointer to the offset to use: the file's own, or the caller's copy for the calls that name a
 * position. */
#include "io.h"
#include "inode.h"
#include "string.h"
#include "sys.h"

/* --- struct io -------------------------------------------------------------------------------- */

enum direction { PUT, PUT_ZEROS, TAKE };

static size_t move_user(uptr user, void *bytes, size_t n, enum direction direction) {
    if (direction == PUT) return user_write_some(user, bytes, n);
    if (direction == TAKE) return user_read_some(bytes, user, n);
    return user_zero(user, n) ? 0 : n;
}

static size_t move(struct io *io, u8 *bytes, size_t n, enum direction direction) {
    n = MIN(n, io->left);
    size_t done = 0;
    if (io->kernel) {
        if (direction == PUT) memcpy(io->kernel, bytes, n);
        else if (direction == TAKE) memcpy(bytes, io->kernel, n);
        else memset(io->kernel, 0, n);
        io->kernel += n;
        done = n;
    }
    while (done < n && io->vec_count > 0) {
        size_t piece = MIN(n - done, (size_t)io->vec->iov_len - io->done_in_vec);
        uptr user = io->vec->iov_base + io->done_in_vec;
        // zeros go to all of a piece or to none of it: up to what cannot be reached they are to be there
        if (direction == PUT_ZEROS) piece = MIN(piece, PAGE_SIZE - (user & ~PAGE_MASK));
        size_t moved = piece ? move_user(user, bytes ? bytes + done : NULL, piece, direction) : 0;
        done += moved;
        io->done_in_vec += moved;
        if (moved < piece) break; // a bad address
        if (io->done_in_vec == io->vec->iov_len) {
            io->vec++;
            io->vec_count--;
            io->done_in_vec = 0;
        }
    }
    io->left -= done;
    return done;
}

size_t io_put(struct io *io, const void *from, size_t n) { return move(io, (u8 *)from, n, PUT); }
size_t io_put_zeros(struct io *io, size_t n) { return move(io, NULL, n, PUT_ZEROS); }
size_t io_take(struct io *io, void *to, size_t n) { return move(io, to, n, TAKE); }

/* --- the common way --------------------------------------------------------------------------- */

static i64 may_read(const struct file *f) {
    if (!file_readable(f)) return -EBADF;
    if (!f->ops->read) return inode_is(f->inode, S_IFDIR) ? -EISDIR : -EINVAL;
    return 0;
}

static i64 may_write(const struct file *f) {
    if (!file_writable(f)) return -EBADF;
    return f->ops->write ? 0 : -EINVAL;
}

i64 io_read(struct file *f, struct io *io, u64 *offset) {
    i64 error = may_read(f);
    return error ? error : f->ops->read(f, io, offset ? offset : &f->offset);
}

i64 io_write(struct file *f, struct io *io, u64 *offset) {
    i64 error = may_write(f);
    return error ? error : f->ops->write(f, io, offset ? offset : &f->offset);
}

/* A vector of no bytes does not come to the file (Linux, vfs_readv and vfs_writev), one buffer of none does. */
static i64 read_nothing(struct file *f, struct io *io, u64 *offset) {
    i64 error = may_read(f);
    return error == -EISDIR ? 0 : error; // it is a directory's read that says so
}
static i64 write_nothing(struct file *f, struct io *io, u64 *offset) { return may_write(f); }

/* A range beyond the last position: as Linux, rw_verify_area. */
static i64 wrapped(const struct file *f, bool reads) {
    return (reads ? file_readable(f) : file_writable(f)) ? -EINVAL : -EBADF;
}

/* One call on a descriptor. `position` is NULL for calls that use the file's own offset. */
static long transfer(int fd, struct io *io, const i64 *position,
                     i64 (*how)(struct file *, struct io *, u64 *)) {
    if (position && *position < 0) return -EINVAL;
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    i64 result;
    u64 offset = position ? (u64)*position : f->offset;
    if (position && !f->ops->seekable) result = -ESPIPE;
    else if (f->ops->seekable && (i64)(offset + io->left) < 0) result = wrapped(f, how == io_read);
    else result = how(f, io, position ? &offset : NULL);
    file_put(f);
    return result;
}

static long transfer_buf(int fd, struct user_buf buf, const i64 *position,
                         i64 (*how)(struct file *, struct io *, u64 *)) {
    struct abi_iovec vec = {.iov_base = buf.base, .iov_len = buf.len};
    struct io io = {.vec = &vec, .vec_count = 1, .left = MIN(buf.len, MAX_RW_COUNT)};
    return transfer(fd, &io, position, how);
}

static long transfer_vec(int fd, const struct abi_iovec *vec, u64 count, const i64 *position,
                         i64 (*how)(struct file *, struct io *, u64 *)) {
    // the total must fit a ssize_t, and every segment must be an address of the program
    u64 total = 0;
    for (u64 i = 0; i < count; i++) {
        if ((i64)vec[i].iov_len < 0) return -EINVAL;
        total += vec[i].iov_len;
        if ((i64)total < 0) return -EINVAL;
        if (!user_range_ok(vec[i].iov_base, vec[i].iov_len)) return -EFAULT;
    }
    if (total == 0) how = how == io_read ? read_nothing : write_nothing;
    struct io io = {.vec = vec, .vec_count = count, .left = MIN(total, MAX_RW_COUNT)};
    return transfer(fd, &io, position, how);
}

/* --- bodies ----------------------------------------------------------------------------------- */

long sys_read(int fd, struct user_buf buf, u64 count) {
    return transfer_buf(fd, buf, NULL, io_read);
}
long sys_write(int fd, struct user_buf buf, u64 count) {
    return transfer_buf(fd, buf, NULL, io_write);
}

long sys_pread64(int fd, struct user_buf buf, u64 count, i64 offset) {
    return transfer_buf(fd, buf, &offset, io_read);
}

long sys_pwrite64(int fd, struct user_buf buf, u64 count, i64 offset) {
    return transfer_buf(fd, buf, &offset, io_write);
}

long sys_readv(int fd, const struct abi_iovec *vec, u64 count) {
    return transfer_vec(fd, vec, count, NULL, io_read);
}

long sys_writev(int fd, const struct abi_iovec *vec, u64 count) {
    return transfer_vec(fd, vec, count, NULL, io_write);
}

/* The position comes in two halves for the sake of 32-bit systems; the low one is whole on
 * 64-bit ones. */
long sys_preadv(int fd, const struct abi_iovec *vec, u64 count, i64 low, i64 high) {
    return transfer_vec(fd, vec, count, &low, io_read);
}

long sys_pwritev(int fd, const struct abi_iovec *vec, u64 count, i64 low, i64 high) {
    return transfer_vec(fd, vec, count, &low, io_write);
}

/* Where lseek goes, without going there. Called with the inode's lock held. */
static i64 seek_target(struct file *f, i64 offset, u32 whence) {
    u64 size = f->inode->size;
    i64 base;
    if (whence > SEEK_CUR && inode_is(f->inode, S_IFDIR)) return -EINVAL; // a listing has no end (tmpfs)
    switch (whence) {
    case SEEK_SET: base = 0; break;
    case SEEK_CUR: base = (i64)f->offset; break;
    case SEEK_END: base = (i64)size; break;
    case SEEK_DATA:
    case SEEK_HOLE:
        if (offset < 0 || (u64)offset >= size) return -ENXIO;
        if (f->ops->find) return f->ops->find(f, (u64)offset, whence == SEEK_HOLE);
        return whence == SEEK_DATA ? offset : (i64)size;
    default: return -EINVAL;
    }
    i64 target; // lseek(2) has EOVERFLOW for it; Linux takes the sum as it wraps, for negative
    if (__builtin_add_overflow(base, offset, &target) || target < 0) return -EINVAL;
    return target;
}

long sys_lseek(int fd, i64 offset, u32 whence) {
    struct file *f = fd_get(fd);
    if (!f) return -EBADF;
    i64 target = -ESPIPE;
    if (whence > SEEK_HOLE) {
        target = -EINVAL;
    } else if (f->ops->unmoved) {
        target = 0;
    } else if (f->ops->seekable) {
        spin_lock(&f->inode->lock);
        target = seek_target(f, offset, whence);
        if (target >= 0) f->offset = (u64)target;
        spin_unlock(&f->inode->lock);
    }
    file_put(f);
    return target;
}
