/* epoll against the real thing: random calls on pipes, counters and sets (also sets in sets) are
 * made here and on the host, none of which waits; every result and every event must be the same.
 * Usage: epoll.test SEED STEPS (the host must be x86-64 Linux). */
#define HOST_WITH_POLL
#include "../fs/host.test.h"
#include "fs/tree.h"
#include "fs/walk.h"
#include "string.h"
#include "sys.h"
#include "thread.h"

int atoi(const char *s);
void *signal(int signo, void *handler);

/* --- what stands for threads, time and signals ------------------------------------------------ */

static struct cpu cpu;
struct cpu *test_cpu = &cpu;
struct process process;
static u32 broken_pipes;

u64 clock_now(void) { return 1; }
void signal_mask_set_temporary(u64 mask) {}
void signal_mask_restore(i64 result) {}
int signal_send_thread(struct thread *t, const struct signal_info *info) { return broken_pipes++, 0; }
void wait_queue_init(struct wait_queue *q) { q->lock = SPINLOCK(LOCK_WAIT), list_init(&q->waiters); }
void wait_queue_init_epoll(struct wait_queue *q) { q->lock = SPINLOCK(LOCK_EPOLL_WAIT), list_init(&q->waiters); }
void waiter_init(struct waiter *w) { *w = (struct waiter){0}, list_init(&w->link); }
void wait_prepare(struct wait_queue *q, struct waiter *w) { wait_subscribe(q, w); }
void wait_finish(struct wait_queue *q, struct waiter *w) { wait_unsubscribe(q, w); }

void wait_subscribe(struct wait_queue *q, struct waiter *w) {
    spin_lock(&q->lock);
    list_push_back(&q->waiters, &w->link);
    spin_unlock(&q->lock);
}

void wait_unsubscribe(struct wait_queue *q, struct waiter *w) {
    spin_lock(&q->lock);
    list_remove(&w->link);
    spin_unlock(&q->lock);
}

u32 wait_wake(struct wait_queue *q, u32 count, u32 events) {
    spin_lock(&q->lock);
    list_each_safe(at, &q->waiters) {
        struct waiter *w = CONTAINER(at, struct waiter, link);
        if (w->notify) w->notify(w, events);
    }
    spin_unlock(&q->lock);
    return 0;
}

/* --- both sides ------------------------------------------------------------------------------- */

enum nr {
    NR_read = 0, NR_write = 1, NR_close = 3, NR_poll = 7, NR_dup = 32, NR_epoll_wait = 232, NR_epoll_ctl = 233,
    NR_eventfd2 = 290, NR_epoll_create1 = 291, NR_pipe2 = 293, NR_close_range = 436,
};

static u64 seed;
static u32 step;
static char doing[200];

static u32 random_below(u32 n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (u32)(seed >> 20) % n;
}

static long host(long nr, u64 a, u64 b, u64 c, u64 d) {
    long result = syscall(nr, a, b, c, d, 0, 0);
    return result == -1 ? -(long)*__errno_location() : result;
}

static void differ(const char *what, long ours, long theirs) {
    printf("step %u: %s: %s %#lx, on the host %#lx\n", step, doing, what, ours, theirs);
    exit(1);
}

static long same(long ours, long theirs) {
    if (ours != theirs) differ("result", ours, theirs);
    return ours;
}

static void describe(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    vsnprintf(doing, sizeof doing, format, args);
    __builtin_va_end(args);
}

#define DESCRIPTORS 24u
static int some_fd(void) { return random_below(60) ? 3 + (int)random_below(DESCRIPTORS) : -1; }

/* Data that tells registrations apart even when their descriptors are used again. */
static u32 last_data;

static void do_make(void) {
    int ours[2] = {0}, theirs[2] = {0};
    u32 what = random_below(4);
    if (fd_count() > DESCRIPTORS) return;
    describe("make %u", what);
    if (what == 0) same(sys_epoll_create1(0), host(NR_epoll_create1, 0, 0, 0, 0));
    else if (what == 1) same(sys_eventfd2(0, EFD_NONBLOCK), host(NR_eventfd2, 0, EFD_NONBLOCK, 0, 0));
    else same(sys_pipe2((uptr)ours, O_NONBLOCK), host(NR_pipe2, (u64)theirs, O_NONBLOCK, 0, 0));
    if (ours[0] != theirs[0] || ours[1] != theirs[1]) differ("pipe", ours[0], theirs[0]);
}

static void do_close(void) {
    int fd = some_fd();
    describe("close(%d)", fd);
    same(sys_close(fd), host(NR_close, (u64)fd, 0, 0, 0));
}

static void do_dup(void) {
    int fd = some_fd();
    describe("dup(%d)", fd);
    if (fd_count() < DESCRIPTORS) same(sys_dup(fd), host(NR_dup, (u64)fd, 0, 0, 0));
}

static void do_control(void) {
    static const u32 kinds[] = {0, 0, EPOLLET, EPOLLET, EPOLLONESHOT, EPOLLET | EPOLLONESHOT};
    static const u32 wanted[] = {EPOLLIN, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT | EPOLLRDHUP, EPOLLIN | EPOLLRDNORM, 0};
    struct abi_epoll_event e = {.events = kinds[random_below(6)] | wanted[random_below(6)], .data = ++last_data};
    int set = some_fd(), fd = some_fd(), op = 1 + (int)random_below(3);
    describe("epoll_ctl(%d, %d, %d, %#x)", set, op, fd, e.events);
    same(sys_epoll_ctl(set, op, fd, &e), host(NR_epoll_ctl, (u64)set, (u64)op, (u64)fd, (u64)&e));
}

static void do_write(void) {
    u64 value = random_below(5);
    u8 bytes[400] = {0};
    memcpy(bytes, &value, 8);
    int fd = some_fd();
    u64 n = random_below(4) ? 8 : random_below(sizeof bytes);
    struct file *f = fd_get(fd);
    u32 waiting = 0;
    bool roomy = !f || !f->ops->ioctl || (f->ops->ioctl(f, FIONREAD, (uptr)&waiting), waiting < 3000);
    if (f && !f->ops->ioctl && n > 8) n = 8; // Linux since 6.9 takes no more for a counter, before it did
    if (f) file_put(f);
    if (!roomy) return; // a Linux pipe is full by pages, ours by bytes
    describe("write(%d, %lu)", fd, n);
    same(sys_write(fd, (struct user_buf){(u64)bytes, n}, n), host(NR_write, (u64)fd, (u64)bytes, n, 0));
}

static void do_read(void) {
    u8 ours[3000], theirs[3000];
    int fd = some_fd();
    u64 n = random_below(3) ? sizeof ours : random_below(300);
    describe("read(%d, %lu)", fd, n);
    long got = same(sys_read(fd, (struct user_buf){(u64)ours, n}, n), host(NR_read, (u64)fd, (u64)theirs, n, 0));
    if (got > 0 && memcmp(ours, theirs, (size_t)got)) differ("bytes", ours[0], theirs[0]);
}

static void sort(struct abi_epoll_event *e, long n) {
    for (long i = 0; i < n; i++)
        for (long k = i + 1; k < n; k++)
            if (e[k].data < e[i].data) {
                struct abi_epoll_event t = e[i];
                e[i] = e[k];
                e[k] = t;
            }
}

static void do_wait(void) {
    struct abi_epoll_event ours[64], theirs[64];
    int set = some_fd();
    describe("epoll_wait(%d)", set);
    long n = sys_epoll_wait(set, (struct user_buf){(u64)ours, sizeof ours}, 64, 0);
    long m = host(NR_epoll_wait, (u64)set, (u64)theirs, 64, 0);
    sort(ours, n);
    sort(theirs, m);
    for (long i = 0; i < n && i < m; i++) {
        if (ours[i].data != theirs[i].data) differ("data", (long)ours[i].data, (long)theirs[i].data);
        if (ours[i].events != theirs[i].events) differ("events", ours[i].events, theirs[i].events);
    }
    same(n, m);
}

static void do_poll(void) {
    struct abi_pollfd ours[8], theirs[8];
    describe("poll");
    for (u32 i = 0; i < 8; i++) {
        ours[i] = (struct abi_pollfd){.fd = some_fd(), .events = (i16)random_below(0x400)};
        theirs[i] = ours[i];
    }
    long n = sys_poll(ours, 8, 0), m = host(NR_poll, (u64)theirs, 8, 0, 0);
    for (u32 i = 0; i < 8; i++)
        if (ours[i].revents != theirs[i].revents) {
            describe("poll of %d for %#x", ours[i].fd, ours[i].events);
            differ("revents", ours[i].revents, theirs[i].revents);
        }
    same(n, m);
}

int main(int argc, char **argv) {
    static void (*const calls[])(void) = {
        do_make, do_make, do_close, do_dup, do_control, do_control, do_control, do_write, do_write, do_read, do_read,
        do_wait, do_wait, do_wait, do_poll,
    };
    seed = (u64)atoi(argv[1]) * 0x9e3779b97f4a7c15 + 1;
    u32 steps = (u32)atoi(argv[2]);
    signal(SIGPIPE, (void *)1); // ignored
    host(NR_close_range, 3, UINT32_MAX, 0, 0);
    while (fd_count() < 3) sys_eventfd2(0, 0);
    for (step = 0; step < steps; step++) {
        calls[random_below(COUNT(calls))]();
        if (ranks_held) panic("step %u: %s left locks %lx", step, doing, ranks_held);
    }
    sys_close_range(0, UINT32_MAX, 0);
    // the table of descriptors
    printf("%u steps agree, %lu pages and %lu blocks are left\n", steps, live_pages, live_blocks);
    return 0;
}
