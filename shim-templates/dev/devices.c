/* /dev: null, zero, full, random, urandom, and the console under its two names. One row of the
 * table each; numbers from Linux's Documentation/admin-guide/devices.txt. */
#include "devices.h"
#include "boot.h"
#include "console.h"
#include "kept.h"
#include "../fs/tree.h"
#include "random.h"

/* --- null, zero, full ------------------------------------------------------------------------- */

static ssize_t read_nothing(struct file *f, struct io *io, u64 *offset) { return 0; }

static ssize_t write_away(struct file *f, struct io *io, u64 *offset) {
    size_t n = io->left;
    io->left = 0;
    return (ssize_t)n;
}

static ssize_t read_zeros(struct file *f, struct io *io, u64 *offset) {
    size_t wanted = io->left;
    size_t n = io_put_zeros(io, wanted);
    return n || !wanted ? (ssize_t)n : -EFAULT;
}

static ssize_t write_full(struct file *f, struct io *io, u64 *offset) { return -ENOSPC; }

static const struct file_ops null_ops = {
    .read = read_nothing, .write = write_away, .seekable = true};
static const struct file_ops zero_ops = {.read = read_zeros, .write = write_away, .seekable = true};
static const struct file_ops full_ops = {.read = read_zeros, .write = write_full, .seekable = true};

/* --- random ----------------------------------------------------------------------------------- */

static ssize_t read_random(struct file *f, struct io *io, u64 *offset) {
    u8 bytes[256];
    ssize_t done = 0;
    while (io->left > 0) {
        size_t n = MIN(sizeof bytes, io->left);
        random_bytes(bytes, n);
        size_t moved = io_put(io, bytes, n);
        done += (ssize_t)moved;
        if (moved < n) return done ? done : -EFAULT;
    }
    return done;
}

static ssize_t write_random(struct file *f, struct io *io, u64 *offset) {
    u8 bytes[256];
    ssize_t done = 0;
    while (io->left > 0) {
        size_t n = MIN(sizeof bytes, io->left);
        size_t moved = io_take(io, bytes, n);
        random_add(bytes, moved);
        done += (ssize_t)moved;
        if (moved < n) return done ? done : -EFAULT;
    }
    return done;
}

static const struct file_ops random_ops = {
    .read = read_random, .write = write_random, .seekable = true};

/* --- the tree --------------------------------------------------------------------------------- */

#define DEVICE(major, minor) ((major) << 8 | (minor))
/* Empty if nothing opens that path. */
#define DEVICE_ROW(path, mode, number, ops)                                                        \
    { OPENS(path) ? (path) : NULL, mode, number, OPENS(path) ? (ops) : NULL }

static const struct {
    const char *path;
    u16 mode, number;
    const struct file_ops *ops; /* NULL: the console's */
} devices[] = {
    DEVICE_ROW("/dev/null", 0666, DEVICE(1, 3), &null_ops),
    DEVICE_ROW("/dev/zero", 0666, DEVICE(1, 5), &zero_ops),
    DEVICE_ROW("/dev/full", 0666, DEVICE(1, 7), &full_ops),
    DEVICE_ROW("/dev/random", 0666, DEVICE(1, 8), &random_ops),
    DEVICE_ROW("/dev/urandom", 0666, DEVICE(1, 9), &random_ops),
    DEVICE_ROW("/dev/tty", 0666, DEVICE(5, 0), NULL),
    DEVICE_ROW("/dev/console", 0600, DEVICE(5, 1), NULL),
};

static const struct {
    const char *path, *target;
} links[] = {
    {"/dev/fd", "/proc/self/fd"},
    {"/dev/stdin", "/proc/self/fd/0"},
    {"/dev/stdout", "/proc/self/fd/1"},
    {"/dev/stderr", "/proc/self/fd/2"},
};

void devices_init(void) {
    tree_mount("/dev", 0755, FS_DEV);
    for (u32 i = 0; i < COUNT(devices); i++) {
        if (!devices[i].path) continue;
        const struct file_ops *ops = devices[i].ops;
        // without a terminal, opening /dev/tty says that there is none: ENXIO
        if (!ops && (options.tty || devices[i].number == DEVICE(5, 1))) ops = console_ops();
        tree_add(devices[i].path,
                 inode_new_device(S_IFCHR | devices[i].mode, devices[i].number, FS_DEV, ops));
    }
    if (!KEEPS_ANY_PATH) return;
    for (u32 i = 0; i < COUNT(links); i++) tree_add_link(links[i].path, links[i].target);
    tree_add_directory("/dev/shm", 01777);
}
