/* FIFOs, pipes with a name: fifo(7).
 *
 * The pipe is part of the inode; its ring lives while somebody has it open. Who opens one end waits
 * for somebody at the other, even if that one is gone again before the waiter runs: so openings are
 * counted, not only those who are there. A file opened for reading without waiting remembers how
 * many writers there ever were, in the offset that a pipe has no use for: until one comes, poll
 * does not call the other side hung up (pipe.c). */
#include "inode.h"
#include "mem.h"
#include "pipe.h"

struct fifo {
    struct inode inode;
    struct pipe pipe;
};

static const struct inode_ops fifo_inode_ops = {0};

struct inode *fifo_new(u32 mode, enum fs_kind fs) {
    struct fifo *fifo = kalloc(sizeof *fifo);
    if (!fifo) return NULL;
    inode_init(&fifo->inode, S_IFIFO | (mode & S_PERMISSIONS), fs, &fifo_inode_ops);
    fifo->inode.file_ops = &fifo_ops;
    pipe_init(&fifo->pipe);
    fifo->pipe.named = true;
    fifo->pipe.writers_came = 1; // an offset of 0 is none of its values
    return &fifo->inode;
}

static bool reader_came(struct pipe *p, size_t seen) { return p->readers_came != (u32)seen; }
static bool writer_came(struct pipe *p, size_t seen) { return p->writers_came != (u32)seen; }

/* Becomes one of the pipe's ends, under the lock. Takes the ring if the pipe has none. */
static void join(struct file *f, struct pipe *p, u8 **ring) {
    bool reads = file_readable(f), writes = file_writable(f);
    if (!p->ring) {
        p->ring = *ring;
        p->head = p->tail = 0;
        *ring = NULL;
    }
    p->readers += reads;
    p->readers_came += reads;
    p->writers += writes;
    p->writers_came += writes;
    p->both += reads && writes;
    p->ends++;
    f->private = p;
    if (reads && p->writers == 0 && (f->flags & O_NONBLOCK)) f->offset = p->writers_came;
}

int fifo_open(struct file *f) {
    struct pipe *p = &((struct fifo *)f->inode)->pipe;
    bool reads = file_readable(f), writes = file_writable(f), waits = !(f->flags & O_NONBLOCK);
    u8 *ring = pipe_ring();
    if (!ring) return -ENOMEM;
    spin_lock(&p->lock);
    bool refused = !reads && !waits && p->readers == 0;
    if (!refused) join(f, p, &ring);
    bool alone = writes ? p->readers == 0 : p->writers == 0;
    u32 seen = writes ? p->readers_came : p->writers_came;
    spin_unlock(&p->lock);
    if (ring) pipe_ring_free(ring);
    if (refused) return -ENXIO;

    if (reads) wait_wake_all(&p->can_write, 0);
    if (writes) wait_wake_all(&p->can_read, 0);
    if (!alone || !waits) return 0;
    // an early end of the wait is no reason to go on
    bool (*came)(struct pipe *, size_t) = writes ? reader_came : writer_came;
    struct wait_queue *queue = writes ? &p->can_write : &p->can_read;
    for (;;) {
        int error = pipe_wait(f, queue, came, seen);
        spin_lock(&p->lock);
        bool done = came(p, seen);
        spin_unlock(&p->lock);
        if (done || error) return done ? 0 : error;
    }
}
