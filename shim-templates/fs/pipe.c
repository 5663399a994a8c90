/* Pipes: a ring of 64 KiB between two open files, or, when it has a name, among many (fifo.c).
 *
 * Invariant: `head` and `tail` count bytes since the pipe was made; tail - head bytes are in it.
 * A write of at most PIPE_BUF bytes goes in whole or not at all, a longer one in pieces:
 * pipe(7). Copies to and from the program are made under the pipe's lock, which may fault but
 * never sleeps. */
#include "pipe.h"
#include "inode.h"
#include "mem.h"
#include "string.h"
#include "sys.h"
#include "thread.h"

#define RING_ORDER 4u
#define RING_SIZE (PAGE_SIZE << RING_ORDER)

u32 pipe_size(void) { return (u32)RING_SIZE; }

static struct pipe *pipe_of(const struct file *f) { return f->private; }

/* A file that reads and writes waits, in epoll too, where readers do. */
static void room_came(struct pipe *p, u32 events) {
    wait_wake_all(&p->can_write, events);
    if (p->both) wait_wake_all(&p->can_read, events);
}

/* --- moving bytes, under the lock ------------------------------------------------------------- */

static size_t take_out(struct pipe *p, struct io *io) {
    size_t done = 0;
    while (io->left > 0 && p->head != p->tail) {
        u64 at = p->head % RING_SIZE;
        size_t n = MIN(MIN(p->tail - p->head, RING_SIZE - at), io->left);
        size_t moved = io_put(io, p->ring + at, n);
        p->head += moved;
        done += moved;
        if (moved < n) break;
    }
    return done;
}

/* `before`: what this call has already put there. */
static size_t put_in(struct pipe *p, struct io *io, size_t before) {
    size_t done = 0;
    while (io->left > 0 && p->tail - p->head < RING_SIZE) {
        u64 at = p->tail % RING_SIZE;
        size_t n = MIN(MIN(RING_SIZE - (p->tail - p->head), RING_SIZE - at), io->left);
        size_t moved = io_take(io, p->ring + at, n);
        p->tail += moved;
        done += moved;
        if (moved < n) {
            // a page that cannot be filled does not come, as on Linux
            size_t part = MIN(done, (before + done) % PAGE_SIZE);
            p->tail -= part;
            return done - part;
        }
    }
    return done;
}

/* Sleeps until `ready` or a signal. -ERESTARTSYS for a signal, -EAGAIN if the file does not
 * wait. */
int pipe_wait(struct file *f, struct wait_queue *q, bool (*ready)(struct pipe *, size_t),
              size_t n) {
    if (f->flags & O_NONBLOCK) return -EAGAIN;
    struct pipe *p = pipe_of(f);
    struct waiter w;
    waiter_init(&w);
    wait_prepare(q, &w);
    spin_lock(&p->lock);
    bool now = ready(p, n);
    spin_unlock(&p->lock);
    int error = now ? 0 : wait_sleep(FOREVER);
    wait_finish(q, &w);
    return error == -EINTR ? -ERESTARTSYS : 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool readable(struct pipe *p, size_t n) { return p->head != p->tail || p->writers == 0; }

static ssize_t pipe_read(struct file *f, struct io *io, u64 *offset) {
    struct pipe *p = pipe_of(f);
    if (io->left == 0) return 0;
    for (;;) {
        spin_lock(&p->lock);
        bool data = p->head != p->tail, end = p->writers == 0;
        // nobody waits to write, and no edge is to be told, while a short write had room anyway
        bool was_full = RING_SIZE - (p->tail - p->head) < PIPE_BUF;
        size_t n = take_out(p, io);
        spin_unlock(&p->lock);
        if (n > 0 && was_full) room_came(p, EPOLLOUT);
        if (data) return n > 0 ? (ssize_t)n : -EFAULT;
        if (end) return 0;
        int error = pipe_wait(f, &p->can_read, readable, 0);
        if (error) return error;
    }
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Room for all of a short write, or for anything of a long one. */
static bool writable(struct pipe *p, size_t n) {
    size_t room = RING_SIZE - (p->tail - p->head);
    return p->readers == 0 || room >= (n <= PIPE_BUF ? n : 1);
}

static int broken(void) {
    struct signal_info info = {.signo = SIGPIPE, .code = SI_USER, .pid = 1};
    signal_send_thread(current(), &info);
    return -EPIPE;
}

int pipe_check_readers(struct file *f) {
    struct pipe *p = pipe_of(f);
    spin_lock(&p->lock);
    bool unread = p->readers == 0;
    spin_unlock(&p->lock);
    return unread ? broken() : 0;
}

static ssize_t pipe_write(struct file *f, struct io *io, u64 *offset) {
    struct pipe *p = pipe_of(f);
    ssize_t done = 0;
    if (io->left == 0) return 0;
    for (;;) {
        spin_lock(&p->lock);
        bool no_readers = p->readers == 0, room = writable(p, io->left);
        size_t n = room && !no_readers ? put_in(p, io, (size_t)done) : 0;
        spin_unlock(&p->lock);
        done += (ssize_t)n;
        if (n > 0) wait_wake_all(&p->can_read, EPOLLIN);
        if (no_readers) return done ? done : broken();
        if (io->left == 0) return done;
        if (room && n == 0) return done ? done : -EFAULT;
        int error = pipe_wait(f, &p->can_write, writable, io->left);
        if (error) return done ? done : error;
    }
}

/* --- waiting, closing ------------------------------------------------------------------------- */

static u32 pipe_poll(struct file *f) {
    struct pipe *p = pipe_of(f);
    u32 events = 0;
    spin_lock(&p->lock);
    if (file_readable(f)) {
        if (p->head != p->tail) events |= EPOLLIN | EPOLLRDNORM;
        if (p->writers == 0 && f->offset != p->writers_came) events |= EPOLLHUP;
    }
    if (file_writable(f)) {
        if (RING_SIZE - (p->tail - p->head) >= PIPE_BUF) events |= EPOLLOUT | EPOLLWRNORM;
        if (p->readers == 0) events |= EPOLLERR;
    }
    spin_unlock(&p->lock);
    return events;
}

static struct wait_queue *pipe_queue(struct file *f) {
    struct pipe *p = pipe_of(f);
    return file_readable(f) ? &p->can_read : &p->can_write;
}

static i64 pipe_ioctl(struct file *f, u32 command, uptr argument) {
    if (command != FIONREAD) return -ENOTTY;
    struct pipe *p = pipe_of(f);
    spin_lock(&p->lock);
    int n = (int)(p->tail - p->head);
    spin_unlock(&p->lock);
    return user_write(argument, &n, sizeof n);
}

u8 *pipe_ring(void) {
    pa_t ring = pages_alloc(RING_ORDER);
    return ring ? phys_to_virt(ring) : NULL;
}

void pipe_ring_free(u8 *ring) { pages_free(virt_to_phys(ring), RING_ORDER); }

/* The ring goes with the last end. The rest of a pipe that has a name is its inode's. */
static void pipe_free(struct pipe *p, u8 *ring) {
    pipe_ring_free(ring);
    if (!p->named) kfree(p);
}

static void pipe_release(struct file *f) {
    struct pipe *p = pipe_of(f);
    if (!p) return;
    bool reader = file_readable(f), writer = file_writable(f);
    spin_lock(&p->lock);
    p->readers -= reader;
    p->writers -= writer;
    spin_unlock(&p->lock);
    // whoever waits at the other end learns that there will be no more
    if (reader) room_came(p, EPOLLERR);
    if (writer) wait_wake_all(&p->can_read, EPOLLHUP);
    // only now may the other end free it; one that has a name may be opened again after this
    spin_lock(&p->lock);
    p->both -= reader && writer;
    bool last = --p->ends == 0;
    u8 *ring = p->ring;
    if (last) p->ring = NULL;
    spin_unlock(&p->lock);
    if (last) pipe_free(p, ring);
}

static const struct file_ops pipe_ops = {
    .read = pipe_read,
    .write = pipe_write,
    .ioctl = pipe_ioctl,
    .poll = pipe_poll,
    .queue = pipe_queue,
    .release = pipe_release,
};

const struct file_ops fifo_ops = {
    .open = fifo_open,
    .read = pipe_read,
    .write = pipe_write,
    .ioctl = pipe_ioctl,
    .poll = pipe_poll,
    .queue = pipe_queue,
    .release = pipe_release,
};

bool is_pipe(const struct file *f) { return f->ops->read == pipe_read; }

/* --- making ----------------------------------------------------------------------------------- */

void pipe_init(struct pipe *p) {
    p->lock = SPINLOCK(LOCK_OBJECT);
    wait_queue_init(&p->can_read);
    wait_queue_init(&p->can_write);
}

static struct pipe *pipe_new(void) {
    struct pipe *p = kalloc(sizeof *p);
    u8 *ring = p ? pipe_ring() : NULL;
    if (!ring) {
        kfree(p);
        return NULL;
    }
    pipe_init(p);
    p->ring = ring;
    return p;
}

static struct file *pipe_end(struct pipe *p, struct inode *inode, u32 flags) {
    struct file *f = file_new(inode, &pipe_ops, flags);
    if (f) f->private = p;
    return f;
}

long sys_pipe2(uptr pipefd, u32 flags) {
    struct inode *inode = inode_new_anonymous("pipe:", S_IFIFO | 0600);
    struct pipe *p = inode ? pipe_new() : NULL;
    struct file *read_end = p ? pipe_end(p, inode, O_RDONLY | (flags & O_NONBLOCK)) : NULL;
    if (read_end) p->readers = p->ends = 1;
    struct file *write_end = read_end ? pipe_end(p, inode, O_WRONLY | (flags & O_NONBLOCK)) : NULL;
    inode_put(inode);
    if (!write_end) {
        if (read_end) file_put(read_end);
        else if (p) pipe_free(p, p->ring);
        return -ENOMEM;
    }
    p->writers = p->writers_came = 1;
    p->ends = 2;
    u32 fd_flags = flags & O_CLOEXEC ? FD_CLOEXEC : 0;
    int fds[2];
    fds[0] = fd_install(read_end, fd_flags);
    fds[1] = fds[0] < 0 ? fds[0] : fd_install(write_end, fd_flags);
    int error = fds[1] < 0 ? fds[1] : user_write(pipefd, fds, sizeof fds);
    if (!error) return 0;
    if (fds[0] < 0) file_put(write_end);
    if (fds[0] >= 0) sys_close(fds[0]);
    if (fds[1] >= 0) sys_close(fds[1]);
    return error;
}

long sys_pipe(uptr pipefd) { return sys_pipe2(pipefd, 0); }
