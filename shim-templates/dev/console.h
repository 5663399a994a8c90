/* The console: one serial line, seen as a terminal (dev/tty.c) or as two byte streams
 * (dev/stream.c). */
#pragma once
#include "file.h"

/* Held by both for their state; output is written under it so that a write stays whole. */
extern struct spinlock console_lock; /* LOCK_OBJECT */
extern struct wait_queue console_queue;

extern const struct file_ops tty_ops, stream_ops;
void tty_init(void);
void tty_input(u8 byte);
void stream_input(u8 byte);

/* Bytes from the program to the line, in pieces; `process` writes one piece (console_lock is
 * held). */
ssize_t console_write_pieces(struct io *io, void (*process)(const char *bytes, size_t len));
/* Sleeps until `ready` says so or the deadline; 0, -EAGAIN, -ETIMEDOUT, -ERESTARTSYS. */
int console_wait(struct file *f, bool (*ready)(void), u64 deadline_ns);

const struct file_ops *console_ops(void); /* the one that boot option catkernel.tty chose */
void console_open_standard(void);         /* descriptors 0 1 2 */
