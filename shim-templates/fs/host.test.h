/* For the test programs of this folder: a kernel's surroundings on the host, in one process.
 * Memory is malloc's, the program's addresses are the host's own, and locks check their order. */
#pragma once
#include "arch/layout.h"
#include "boot.h"
#include "credentials.h"
#include "file.h"
#include "log.h"
#include "mem.h"

void *calloc(size_t n, size_t size);
void *aligned_alloc(size_t align, size_t size);
void free(void *p);
int printf(const char *format, ...) PRINTF(1, 2);
int vprintf(const char *format, __builtin_va_list args);
int vsnprintf(char *out, size_t size, const char *format, __builtin_va_list args);
NORETURN void exit(int status);
NORETURN void abort(void);
long syscall(long nr, ...);
int *__errno_location(void);

struct options options = {.tty = false, .cwd = "/"};
struct payload payload;

/* --- locks: the order of lock.h, on one CPU --------------------------------------------------- */

static u64 ranks_held;

void spin_lock(struct spinlock *lock) {
    if (lock->held || ranks_held >> lock->rank) panic("lock of rank %d with %lx held", lock->rank, ranks_held);
    lock->held = 1;
    ranks_held |= 1ull << lock->rank;
}

void spin_unlock(struct spinlock *lock) {
    if (!lock->held) panic("lock of rank %d is not held", lock->rank);
    lock->held = 0;
    ranks_held &= ~(1ull << lock->rank);
}

unsigned long test_ram; /* the direct map: physical addresses are the host's addresses */

struct credentials credentials_first;
const struct credentials *credentials_now(void) { return &credentials_first; }

/* --- memory ----------------------------------------------------------------------------------- */

static u64 live_pages, live_blocks;
static u64 blocks_to_give = UINT64_MAX; /* then memory is out */

void *kalloc(size_t size) {
    if (!blocks_to_give) return NULL;
    blocks_to_give--;
    live_blocks++;
    return calloc(1, size ? size : 1);
}

void kfree(void *p) {
    if (p) live_blocks--;
    free(p);
}

pa_t pages_alloc(u32 order) {
    live_pages += 1ull << order;
    return virt_to_phys(aligned_alloc(PAGE_SIZE << order, PAGE_SIZE << order));
}

void pages_free(pa_t start, u32 order) {
    live_pages -= 1ull << order;
    free(phys_to_virt(start));
}

void pages_account(enum page_use use, i64 pages) {}
u64 pages_total(void) { return 1 << 20; }
u64 pages_free_count(void) { return 1 << 19; }
void mem_file_truncated(struct inode *inode, u64 size) {}

/* --- the program's memory: bad below 64 KiB, so that a test can name a bad address ------------ */

#define BAD(at) ((at) < 0x10000)
size_t user_write_some(uptr to, const void *from, size_t n) { return BAD(to) ? 0 : (__builtin_memcpy((void *)to, from, n), n); }
size_t user_read_some(void *to, uptr from, size_t n) { return BAD(from) ? 0 : (__builtin_memcpy(to, (void *)from, n), n); }
int user_write(uptr to, const void *from, size_t n) { return user_write_some(to, from, n) == n ? 0 : -EFAULT; }
int user_read(void *to, uptr from, size_t n) { return user_read_some(to, from, n) == n ? 0 : -EFAULT; }
int user_zero(uptr to, size_t n) { return BAD(to) ? -EFAULT : (__builtin_memset((void *)to, 0, n), 0); }

/* --- the rest --------------------------------------------------------------------------------- */

i64 clock_wall(void) {
    static i64 now = 1700000000000000000;
    return now += 1000;
}

void panic(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    vprintf(format, args);
    printf("\n");
    abort();
}

/* Where a test goes on behind a refusal (__builtin_setjmp); else that is the end. */
static void **after_refusal;

void refuse_to_boot(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    if (!after_refusal) printf("refused: ");
    vprintf(format, args);
    if (after_refusal) __builtin_longjmp(after_refusal, 1);
    printf("\n");
    exit(1);
}

#ifndef HOST_WITH_POLL
void epoll_forget(struct file *f) {}
bool is_pipe(const struct file *f) { return false; }
u32 pipe_size(void) { return 0; }
int pipe_check_readers(struct file *f) { return 0; }
struct inode *fifo_new(u32 mode, enum fs_kind fs) { return NULL; }
void waiter_init(struct waiter *w) {}
void wait_prepare(struct wait_queue *q, struct waiter *w) {}
void wait_finish(struct wait_queue *q, struct waiter *w) {}
u32 wait_wake(struct wait_queue *q, u32 count, u32 events) { return 0; }
#endif
int wait_sleep(u64 deadline_ns) { return deadline_ns == FOREVER ? -EINTR : -ETIMEDOUT; }
