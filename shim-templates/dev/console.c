/* The console: which of its two faces is used, and what both share.
 *
 * Input comes a byte at a time from the serial interrupt. Output is polled, so a long write
 * would keep this CPU from everything else: it goes out in pieces, between which requests of
 * other CPUs are served and a signal ends the write early, as on a slow terminal. */
#include "console.h"
#include "arch.h"
#include "boot.h"
#include "cpu.h"
#include "../fs/inode.h"
#include "log.h"
#include "thread.h"

#define PIECE 256u
#define PIECES_WHOLE                                                                               \
    16u /* so many go out together: a write of 4096 bytes is not mixed with others */

struct spinlock console_lock = SPINLOCK(LOCK_OBJECT);
struct wait_queue console_queue = {
    .lock = SPINLOCK(LOCK_WAIT),
    .waiters = {&console_queue.waiters, &console_queue.waiters},
};

void console_input(u8 byte) {
    if (options.tty) tty_input(byte);
    else stream_input(byte);
}

ssize_t console_write_pieces(struct io *io, void (*process)(const char *, size_t)) {
    char bytes[PIECE];
    ssize_t done = 0;
    while (io->left > 0) {
        size_t wanted = 0, got = 0;
        spin_lock(&console_lock);
        for (u32 i = 0; i < PIECES_WHOLE && io->left > 0 && got == wanted; i++) {
            wanted = MIN(io->left, PIECE);
            got = io_take(io, bytes, wanted);
            process(bytes, got);
            done += (ssize_t)got;
        }
        spin_unlock(&console_lock);
        if (got < wanted) return done ? done : -EFAULT;
        cpu_serve_requests();
        if (io->left > 0 && signal_pending(current())) return done;
    }
    return done;
}

int console_wait(struct file *f, bool (*ready)(void), u64 deadline_ns) {
    if (f->flags & O_NONBLOCK) return -EAGAIN;
    struct waiter w;
    waiter_init(&w);
    wait_prepare(&console_queue, &w);
    spin_lock(&console_lock);
    bool now = ready();
    spin_unlock(&console_lock);
    int error = now ? 0 : wait_sleep(deadline_ns);
    wait_finish(&console_queue, &w);
    return error == -EINTR ? -ERESTARTSYS : error;
}

const struct file_ops *console_ops(void) { return options.tty ? &tty_ops : &stream_ops; }

/* A terminal is one open file, readable and writable, three times; without one, standard input
 * and output look like pipes, so that programs buffer, colour and prompt accordingly. */
void console_open_standard(void) {
    u32 mode = options.tty ? S_IFCHR | 0620 : S_IFIFO | 0600;
    struct inode *inode =
        inode_new_device(mode, options.tty ? 5 << 8 | 1 : 0, FS_DEV, console_ops());
    if (!inode) refuse_to_boot("No memory is left for the console.");
    if (options.tty) tty_init();
    for (int fd = 0; fd < 3; fd++) {
        u32 access = options.tty ? O_RDWR : fd == 0 ? O_RDONLY : O_WRONLY;
        struct file *f = fd_get(0);
        if (!f || !options.tty) {
            if (f) file_put(f);
            f = file_new(inode, console_ops(), access);
        }
        if (!f || fd_install(f, 0) != fd) refuse_to_boot("No memory is left for the console.");
    }
    inode_put(inode);
}
