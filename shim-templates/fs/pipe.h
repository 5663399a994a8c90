/* Pipes, and what they share with those that have a name. fs/pipe.c, fs/fifo.c */
#pragma once
#include "file.h"

struct pipe {
    struct spinlock lock; /* LOCK_OBJECT */
    u8 *ring;
    u64 head, tail;
    u32 readers, writers; /* open files */
    u32 both;             /* of them, those that read and write */
    u32 ends;             /* open files; the last one frees the ring */
    u32 readers_came, writers_came; /* how many were ever opened */
    bool named;           /* part of an inode */
    struct wait_queue can_read, can_write;
};

bool is_pipe(const struct file *f);
u32 pipe_size(void);
/* 0, or SIGPIPE and -EPIPE: nobody reads it. */
int pipe_check_readers(struct file *f);

/* Zeroed memory becomes a pipe without a ring and without ends. */
void pipe_init(struct pipe *p);
u8 *pipe_ring(void); /* NULL: no memory */
void pipe_ring_free(u8 *ring);
/* Sleeps until `ready`, which runs under the lock, or a signal: -ERESTARTSYS. -EAGAIN if the file
 * does not wait. 0 may come early. */
int pipe_wait(struct file *f, struct wait_queue *q, bool (*ready)(struct pipe *, size_t), size_t n);

extern const struct file_ops fifo_ops;
int fifo_open(struct file *f);
struct inode *fifo_new(u32 mode, enum fs_kind fs); /* without a name yet; NULL: no memory */
