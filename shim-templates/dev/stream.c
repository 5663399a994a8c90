/* The console without a terminal: bytes in, bytes out, nothing added.
 *
 * A serial line has no end, so byte 0x04 means end of input, and 0x10 makes the next byte an
 * ordinary one (ASCII EOT and DLE). The line cannot be told to wait, so input is kept in pages,
 * as many as it takes, until the program reads it. */
#include "console.h"
#include "log.h"
#include "mem.h"

#define END_OF_INPUT 0x04
#define ESCAPE 0x10

struct chunk {
    struct chunk *next;
    u32 from, to;
    u8 bytes[PAGE_SIZE - 16];
};

/* console_lock */
static struct {
    struct chunk *first, *last;
    u64 count;
    bool escaped, ended, lost;
} pending;

static bool append(u8 byte) {
    if (!pending.last || pending.last->to == sizeof pending.last->bytes) {
        pa_t page = pages_alloc(0);
        if (!page) return false;
        struct chunk *fresh = phys_to_virt(page);
        fresh->next = NULL;
        fresh->from = fresh->to = 0;
        if (pending.last) pending.last->next = fresh;
        else pending.first = fresh;
        pending.last = fresh;
    }
    pending.last->bytes[pending.last->to++] = byte;
    pending.count++;
    return true;
}

void stream_input(u8 byte) {
    bool lost = false;
    spin_lock(&console_lock);
    if (!pending.ended && !pending.escaped && byte == ESCAPE) {
        pending.escaped = true;
    } else if (!pending.ended && !pending.escaped && byte == END_OF_INPUT) {
        pending.ended = true;
    } else if (!pending.ended) {
        pending.escaped = false;
        if (!append(byte) && !pending.lost) lost = pending.lost = true;
    }
    spin_unlock(&console_lock);
    if (lost) log_printf("Standard input is cut off: no memory is left to keep it.");
    wait_wake_all(&console_queue, EPOLLIN);
}

static bool stream_readable(void) { return pending.count > 0 || pending.ended; }

static size_t take_pending(struct io *io) {
    size_t done = 0;
    while (io->left > 0 && pending.count > 0) {
        struct chunk *c = pending.first;
        size_t n = MIN(c->to - c->from, io->left);
        size_t moved = io_put(io, c->bytes + c->from, n);
        c->from += (u32)moved;
        pending.count -= moved;
        done += moved;
        if (moved < n) break;
        if (c->from < c->to) continue;
        pending.first = c->next;
        if (!pending.first) pending.last = NULL;
        pages_free(virt_to_phys(c), 0);
    }
    return done;
}

static ssize_t stream_read(struct file *f, struct io *io, u64 *offset) {
    if (io->left == 0) return 0;
    for (;;) {
        spin_lock(&console_lock);
        bool data = pending.count > 0, end = pending.ended;
        size_t n = take_pending(io);
        spin_unlock(&console_lock);
        if (data) return n > 0 ? (ssize_t)n : -EFAULT;
        if (end) return 0;
        int error = console_wait(f, stream_readable, FOREVER);
        if (error) return error;
    }
}

static ssize_t stream_write(struct file *f, struct io *io, u64 *offset) {
    return console_write_pieces(io, log_write);
}

static u32 stream_poll(struct file *f) {
    spin_lock(&console_lock);
    u32 in = stream_readable() ? EPOLLIN | EPOLLRDNORM : 0; // the end can be read too, as of a file
    spin_unlock(&console_lock);
    return (file_readable(f) ? in : 0) | (file_writable(f) ? EPOLLOUT | EPOLLWRNORM : 0);
}

static i64 stream_ioctl(struct file *f, u32 command, uptr argument) {
    if (command != FIONREAD) return -ENOTTY;
    spin_lock(&console_lock);
    int n = (int)MIN(pending.count, (u64)INT32_MAX);
    spin_unlock(&console_lock);
    return user_write(argument, &n, sizeof n);
}

static struct wait_queue *stream_queue(struct file *f) { return &console_queue; }

const struct file_ops stream_ops = {
    .read = stream_read,
    .write = stream_write,
    .ioctl = stream_ioctl,
    .poll = stream_poll,
    .queue = stream_queue,
};
