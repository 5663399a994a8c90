/* The console as a terminal: the line discipline of termios(3), as far as programs at a prompt
 * use it.
 *
 * Typed bytes lie in a ring. [head, committed) may be read, [committed, tail) is the line that
 * is still being edited; without ICANON all is committed at once. An end of file typed as ^D is
 * a mark in the ring.
 * Long because the editor, its two ways of reading and its settings share one state.
 * Differs: no flow control (^S, ^Q), no ^R and no parity; of the output modes OPOST with ONLCR. */
#include "console.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "string.h"
#include "thread.h"

#define RING 4096u
#define LINE_LIMIT (RING - 1) /* one place is kept for the newline */
#define END_MARK 0x100u
#define NS_PER_TENTH 100000000ull

static struct abi_termios termios = {
    .c_iflag = ICRNL | IUTF8,
    .c_oflag = OPOST | ONLCR,
    .c_cflag = B115200 | CS8 | CREAD | CLOCAL | HUPCL,
    .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    .c_cc = {[VINTR] = 3,
             [VQUIT] = 28,
             [VERASE] = 127,
             [VKILL] = 21,
             [VEOF] = 4,
             [VMIN] = 1,
             [VSTART] = 17,
             [VSTOP] = 19,
             [VSUSP] = 26,
             [VREPRINT] = 18,
             [VDISCARD] = 15,
             [VWERASE] = 23,
             [VLNEXT] = 22},
};
/* Nobody tells a serial line how large the window at its end is: the size of a VT100 fits in
 * all. */
static struct abi_winsize window = {.ws_row = 24, .ws_col = 80};

static struct {
    u16 *ring;
    u32 head, committed, tail;
    bool literal; /* the next byte is meant as it is: after ^V */
} input;

static bool canonical(void) { return termios.c_lflag & ICANON; }
static u32 readable_end(void) { return canonical() ? input.committed : input.tail; }

void tty_init(void) {
    input.ring = kalloc(RING * sizeof *input.ring);
    if (!input.ring) refuse_to_boot("No memory is left for the console.");
}

/* --- output ----------------------------------------------------------------------------------- */

static void put_processed(const char *bytes, size_t len) {
    if ((termios.c_oflag & (OPOST | ONLCR)) != (OPOST | ONLCR)) {
        log_write(bytes, len);
        return;
    }
    char out[2 * 256];
    while (len > 0) {
        size_t n = 0;
        for (; len > 0 && n + 2 <= sizeof out; bytes++, len--) {
            if (*bytes == '\n') out[n++] = '\r';
            out[n++] = *bytes;
        }
        log_write(out, n);
    }
}

static void echo(u8 byte) {
    bool newline = byte == '\n' && (termios.c_lflag & ECHONL) && canonical();
    if (!(termios.c_lflag & ECHO) && !newline) return;
    bool control = (byte < 32 && byte != '\t' && byte != '\n') || byte == 127;
    char text[2] = {'^', (char)(byte ^ 64)};
    if (control && (termios.c_lflag & ECHOCTL)) put_processed(text, 2);
    else put_processed((char *)&byte, 1);
}

/* --- editing ---------------------------------------------------------------------------------- */

static u16 *at(u32 i) { return &input.ring[i % RING]; }
static bool editing(void) { return input.tail != input.committed; }
static bool echoes(u32 flag) { return (termios.c_lflag & (ECHO | flag)) == (ECHO | flag); }

static void push(u16 what) {
    if (input.tail - input.head < (what == '\n' || what == END_MARK ? RING : LINE_LIMIT))
        *at(input.tail++) = what;
}

/* Takes one character back, all of its bytes, and from the screen. */
static void erase_one(void) {
    u16 last;
    do last = *at(--input.tail);
    while (editing() && (termios.c_iflag & IUTF8) && (last & 0xc0) == 0x80);
    if (!echoes(ECHOE)) return;
    bool wide = (last < 32 || last == 127) && (termios.c_lflag & ECHOCTL);
    put_processed("\b \b\b \b", wide ? 6 : 3);
}

static void erase_word(void) {
    while (editing() && *at(input.tail - 1) == ' ') erase_one();
    while (editing() && *at(input.tail - 1) != ' ') erase_one();
}

static bool is_char(u8 byte, u32 which) { return byte == termios.c_cc[which] && byte != 0; }

/* In canonical mode: was it a command to the editor? */
static bool edit(u8 byte) {
    if (is_char(byte, VERASE)) {
        if (editing()) erase_one();
    } else if (is_char(byte, VKILL)) {
        while (editing()) erase_one();
    } else if ((termios.c_lflag & IEXTEN) && is_char(byte, VWERASE)) {
        erase_word();
    } else if ((termios.c_lflag & IEXTEN) && is_char(byte, VLNEXT)) {
        input.literal = true;
    } else if (is_char(byte, VEOF)) {
        push(END_MARK);
        input.committed = input.tail;
    } else {
        return false;
    }
    return true;
}

static int signal_of(u8 byte) {
    if (!(termios.c_lflag & ISIG)) return 0;
    if (is_char(byte, VINTR)) return SIGINT;
    if (is_char(byte, VQUIT)) return SIGQUIT;
    return is_char(byte, VSUSP) ? SIGTSTP : 0;
}

/* Returns the signal that the byte stands for, 0 for none. */
static int take_byte(u8 byte) {
    if (input.literal) {
        input.literal = false;
        echo(byte);
        push(byte);
        return 0;
    }
    if (byte == '\r' && (termios.c_iflag & IGNCR)) return 0;
    if (byte == '\r' && (termios.c_iflag & ICRNL)) byte = '\n';
    else if (byte == '\n' && (termios.c_iflag & INLCR)) byte = '\r';
    int signo = signal_of(byte);
    if (signo) {
        if (!(termios.c_lflag & NOFLSH)) input.head = input.committed = input.tail;
        echo(byte);
        return signo;
    }
    if (canonical() && edit(byte)) return 0;
    echo(byte);
    push(byte);
    if (!canonical() || byte == '\n' || is_char(byte, VEOL) || is_char(byte, VEOL2))
        input.committed = input.tail;
    return 0;
}

void tty_input(u8 byte) {
    if (!input.ring) return; // typed before anything listens
    spin_lock(&console_lock);
    int signo = take_byte(byte);
    spin_unlock(&console_lock);
    if (signo) {
        struct signal_info info = {.signo = signo, .code = SI_KERNEL};
        signal_send_process(&info);
    }
    wait_wake_all(&console_queue, EPOLLIN);
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool readable(void) { return readable_end() != input.head; }

/* Up to the end of one line, or of what is there. */
static ssize_t take_out(struct io *io) {
    ssize_t done = 0;
    while (input.head != readable_end()) {
        u16 what = *at(input.head);
        if (what == END_MARK) {
            input.head++;
            if (canonical()) break;
            continue;
        }
        u8 byte = (u8)what;
        if (io->left == 0) break;
        if (io_put(io, &byte, 1) != 1) return done ? done : -EFAULT;
        input.head++;
        done++;
        if (canonical() && (byte == '\n' || is_char(byte, VEOL) || is_char(byte, VEOL2))) break;
    }
    return done;
}

static ssize_t read_line(struct file *f, struct io *io) {
    for (;;) {
        spin_lock(&console_lock);
        bool ready = readable();
        ssize_t n = ready ? take_out(io) : 0;
        spin_unlock(&console_lock);
        if (ready) return n;
        int error = console_wait(f, readable, FOREVER);
        if (error) return error;
    }
}

/* VMIN bytes at least; VTIME tenths of a second after the last one (or, with VMIN 0, for the
 * first) it is enough: termios(3), noncanonical mode. */
static ssize_t read_raw(struct file *f, struct io *io) {
    size_t least = MIN(termios.c_cc[VMIN], io->left);
    u64 patience = termios.c_cc[VTIME] * NS_PER_TENTH;
    ssize_t done = 0;
    for (;;) {
        spin_lock(&console_lock);
        ssize_t n = take_out(io);
        spin_unlock(&console_lock);
        if (n < 0) return done ? done : n;
        done += n;
        if (io->left == 0 || (size_t)done >= MAX(least, 1)) return done;
        if (least == 0 && !patience) return done;
        bool timed = patience && (least == 0 || done > 0);
        int error = console_wait(f, readable, timed ? clock_now() + patience : FOREVER);
        if (error == -ETIMEDOUT) return done;
        if (error) return done ? done : error;
    }
}

static ssize_t tty_read(struct file *f, struct io *io, u64 *offset) {
    if (io->left == 0) return 0;
    return canonical() ? read_line(f, io) : read_raw(f, io);
}

static ssize_t tty_write(struct file *f, struct io *io, u64 *offset) {
    return console_write_pieces(io, put_processed);
}

/* --- ioctl_tty(2) ----------------------------------------------------------------------------- */

static i64 set_termios(uptr argument, bool flush) {
    struct abi_termios fresh;
    if (user_read(&fresh, argument, sizeof fresh)) return -EFAULT;
    spin_lock(&console_lock);
    if (flush) input.head = input.committed = input.tail;
    // what was typed so far can be read at once when lines end to matter, and as a line when they
    // begin to
    if ((fresh.c_lflag ^ termios.c_lflag) & ICANON) input.committed = input.tail;
    termios = fresh;
    spin_unlock(&console_lock);
    wait_wake_all(&console_queue, EPOLLIN);
    return 0;
}

static i64 set_window(uptr argument) {
    struct abi_winsize fresh;
    if (user_read(&fresh, argument, sizeof fresh)) return -EFAULT;
    bool changed = memcmp(&fresh, &window, sizeof fresh) != 0;
    window = fresh;
    struct signal_info info = {.signo = SIGWINCH, .code = SI_KERNEL};
    if (changed) signal_send_process(&info);
    return 0;
}

static i64 set_group(uptr argument) {
    int group;
    if (user_read(&group, argument, sizeof group)) return -EFAULT;
    return group == 1 ? 0 : group < 0 ? -EINVAL : -EPERM;
}

static i64 tty_ioctl(struct file *f, u32 command, uptr argument) {
    static const int group = 1; // the one process leads its group and its session
    int waiting = (int)(readable_end() - input.head);
    switch (command) {
    case TCGETS: return user_write(argument, &termios, sizeof termios);
    case TCSETS:
    case TCSETSW: return set_termios(argument, false);
    case TCSETSF: return set_termios(argument, true);
    case TIOCGWINSZ: return user_write(argument, &window, sizeof window);
    case TIOCSWINSZ: return set_window(argument);
    case TIOCGPGRP: return user_write(argument, &group, sizeof group);
    case TIOCSPGRP: return set_group(argument);
    case FIONREAD: return user_write(argument, &waiting, sizeof waiting);
    }
    return -ENOTTY;
}

static u32 tty_poll(struct file *f) {
    spin_lock(&console_lock);
    u32 in = readable() ? EPOLLIN | EPOLLRDNORM : 0;
    spin_unlock(&console_lock);
    return (file_readable(f) ? in : 0) | (file_writable(f) ? EPOLLOUT | EPOLLWRNORM : 0);
}

static struct wait_queue *tty_queue(struct file *f) { return &console_queue; }

const struct file_ops tty_ops = {
    .read = tty_read,
    .write = tty_write,
    .ioctl = tty_ioctl,
    .poll = tty_poll,
    .queue = tty_queue,
};
