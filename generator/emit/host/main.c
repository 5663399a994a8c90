/* Runs core/call.c, core/trace.c and core/record.c on the machine at hand, with the tables of fixture/.
 *
 * The program's memory is one array; every other address is a bad pointer. Bodies print what reached
 * them. The output is compared with goldens/host.txt by host.test.ts. */
#include "boot.h"
#include "call.h"
#include "log.h"
#include "mem.h"
#include "record.h"
#include "string.h"
#include "sys.h"
#include "thread.h"
#include "entry.h"

int printf(const char *format, ...);
void *calloc(size_t n, size_t size);
void free(void *p);
_Noreturn void abort(void);
void *mmap(void *at, size_t size, int prot, int flags, int fd, long offset);

struct options options = {.record = true, .trace = false};
static struct thread thread = {.tid = 1};
static struct cpu cpu = {.current = &thread};
struct cpu *host_cpu = &cpu;

/* At a fixed address, so that the output is always the same. */
#define MEMORY_SIZE 16384ul
static u8 *const memory = (u8 *)0x10000000;
static int blocks;

/* --- what the rest of the kernel would give ---------------------------------------------------------- */

void *kalloc(size_t size) { return blocks++, calloc(1, size); }
void kfree(void *p) { if (p) blocks--, free(p); }
static bool is_mapped(uptr at, size_t n) { return at >= (uptr)memory && at + n <= (uptr)memory + MEMORY_SIZE; }
int user_read(void *to, uptr from, size_t n) { return is_mapped(from, n) ? (memcpy(to, (void *)from, n), 0) : -EFAULT; }
int user_write(uptr to, const void *from, size_t n) { return is_mapped(to, n) ? (memcpy((void *)to, from, n), 0) : -EFAULT; }
size_t user_read_some(void *to, uptr from, size_t n) {
    size_t done = 0;
    while (done < n && !user_read((char *)to + done, from + done, 1)) done++;
    return done;
}
ssize_t user_read_string(char *to, uptr from, size_t size) {
    size_t n = user_read_some(to, from, size), length = strnlen(to, n);
    return length < n ? (ssize_t)length : n < size ? -EFAULT : -ENAMETOOLONG;
}
bool arch_record_port(void) { return options.record; }
void arch_record_write(const char *text, size_t len) { printf("  record %.*s", (int)len, text); }
void spin_wait(struct spinlock *lock) { abort(); }
void log_printf(const char *format, ...) {
    char text[512];
    __builtin_va_list args;
    __builtin_va_start(args, format);
    format_va(text, sizeof text, format, args);
    __builtin_va_end(args);
    printf("  log %s\n", text);
}
void panic(const char *format, ...) { abort(); }

/* --- bodies -------------------------------------------------------------------------------------------- */

long sys_write(int fd, struct user_buf buf, u64 count) {
    printf("  write %d %lu %lu\n", fd, (unsigned long)buf.len, (unsigned long)count);
    return (long)buf.len;
}
long sys_getcwd(struct user_buf buf, u64 size) {
    if (buf.len < 5) return -ERANGE;
    return user_write(buf.base, "/tmp", 5) ? -EFAULT : 5;
}
long sys_openat(int dirfd, const char *path, u32 flags, u32 mode) {
    printf("  openat %d %.8s length %d flags %x mode %o\n", dirfd, path, (int)strlen(path), flags, mode);
    return strcmp(path, "/none") ? 3 : -ENOENT;
}
long sys_rt_sigaction(int signum, const struct abi_timespec *act, struct abi_timespec *oldact, u64 sigsetsize) {
    printf("  rt_sigaction %d %ld %d\n", signum, act ? (long)act->tv_nsec : -1, oldact != NULL);
    if (oldact) oldact->tv_sec = 77;
    return signum == 9 ? -EINVAL : 0;
}
long sys_poll(struct abi_pollfd *fds, int nfds, int timeout) {
    printf("  poll %d %d %d\n", nfds, timeout, fds ? fds[0].fd : -1);
    if (nfds < 0) return -EINVAL;
    for (int i = 0; i < nfds; i++) fds[i].revents = POLLIN;
    return nfds;
}
long sys_futex_wait(uptr uaddr, int op, u32 val, const struct abi_timespec *timeout) {
    printf("  futex_wait %d %u %ld\n", op, val, timeout ? (long)timeout->tv_sec : -1);
    return -EAGAIN;
}
long sys_futex_requeue(uptr uaddr, int op, u32 val, u32 timeout) { return printf("  futex_requeue %u\n", timeout), 0; }
long sys_clone(u64 flags, uptr stack, uptr ptid, uptr ctid, uptr tls) {
    printf("  clone %lx %lx ptid %lx ctid %lx tls %lx\n", flags, stack, ptid, ctid, tls);
    return 2;
}
long sys_exit(int status) { return printf("  exit %d\n", status), 0; }

/* --- the cases ------------------------------------------------------------------------------------------ */

static long call(const char *title, u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e) {
    struct regs regs = {.nr = nr, .args = {a, b, c, d, e, 0}, .pc = 0x401000};
    thread.regs = &regs;
    thread.syscall = (u32)nr;
    printf("%s\n", title);
    long result = shim_dispatch(&regs, call_action(nr), true);
    printf("  = %ld\n", result);
    if (blocks) printf("  %d blocks leak\n", blocks);
    return result;
}

static uptr text(const char *s) {
    memcpy(memory, s, strlen(s) + 1);
    return (uptr)memory;
}

static void all(void) {
    uptr far = (uptr)memory + 8192, bad = 64, kernel = 0xffff800000000000ull;
    struct abi_timespec *ts = (struct abi_timespec *)far;
    struct abi_pollfd *fds = (struct abi_pollfd *)far;

    call("a number is truncated, a buffer is a range", NR_write, 1 | 5ull << 32, text("hello"), 5, 0, 0);
    call("a buffer in the kernel is a bad pointer", NR_write, 1, kernel, 5, 0, 0);
    call("a buffer that wraps is a bad pointer", NR_write, 1, far, UINT64_MAX, 0, 0);
    call("an answer in a buffer", NR_getcwd, far, 64, 0, 0, 0);
    call("a path and its flags", NR_openat, (u32)AT_FDCWD, text("/x"), O_RDWR | O_SYNC, 0644, 0);
    call("a body's error", NR_openat, 4, text("/none"), 0, 0, 0);
    call("a refused flag is recorded", NR_openat, 4, text("/x"), O_TMPFILE | O_RDWR, 0, 0);
    call("but once", NR_openat, 4, text("/x"), O_TMPFILE, 0, 0);
    call("bits that no flag names", NR_openat, 4, text("/x"), O_APPEND | O_DIRECTORY, 0, 0);
    call("a bad path", NR_openat, 4, bad, 0, 0, 0);
    memset(memory, 'p', 4095), memory[4095] = 0;
    call("the longest path", NR_openat, 4, (uptr)memory, 0, 0, 0);
    memset(memory, 'p', 4096), memory[4096] = 0;
    call("a path one byte too long", NR_openat, 4, (uptr)memory, 0, 0, 0);
    *ts = (struct abi_timespec){1, 42};
    call("structs in and out", NR_rt_sigaction, 2, far, far + 16, 8, 0);
    printf("  old %ld\n", (long)ts[1].tv_sec);
    call("structs that are not there", NR_rt_sigaction, 2, 0, 0, 8, 0);
    ts[1].tv_sec = 0;
    call("nothing is written after a failure", NR_rt_sigaction, 9, far, far + 16, 8, 0);
    printf("  old %ld\n", (long)ts[1].tv_sec);
    call("a bad pointer out", NR_rt_sigaction, 2, far, bad, 8, 0);
    call("the wrong size", NR_rt_sigaction, 2, far, 0, 16, 0);
    fds[0] = (struct abi_pollfd){5, POLLIN, 0}, fds[1] = (struct abi_pollfd){6, POLLOUT, 0};
    call("an array in and out", NR_poll, far, 2, 0, 0, 0);
    printf("  revents %d %d\n", fds[0].revents, fds[1].revents);
    call("no array", NR_poll, 0, 0, 0, 0, 0);
    call("too many elements", NR_poll, far, 17, 0, 0, 0);
    call("a negative count", NR_poll, far, (u64)-1, 0, 0, 0);
    *ts = (struct abi_timespec){1, 42};
    call("a variant with a struct", NR_futex, far, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 7, far, 0);
    call("a variant with a number there", NR_futex, far, FUTEX_REQUEUE, 1, 99, 0);
    call("a word that is not aligned is refused by the body alone", NR_futex, far + 2, FUTEX_WAIT, 7, 0, 0);
    call("a refused variant", NR_futex, far, FUTEX_LOCK_PI, 0, 0, 0);
    call("a constant variant", NR_futex, far, FUTEX_FD, 0, 0, 0);
    call("a variant that is not there", NR_futex, far, 9, 0, 0, 0);
    call("bits beside the selector", NR_futex, far, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 0, 0, 0);
    call("every register its argument", NR_clone, CLONE_VM | 0x200, 1, 2, 3, 4);
    call("a constant", NR_getuid, 0, 0, 0, 0, 0);
    call("a refused call", NR_execve, bad, 0, 0, 0, 0);
    call("a call without a row", 461, 1, 1ull << 60, 3, 4, 5);
    call("and once more", 461, 1, 2, 3, 4, 5);
    call("a number unknown to Linux", 70000, 0, 0, 0, 0, 0);
    call("does not come back", NR_exit, 3, 0, 0, 0, 0);
}

int main(void) {
    if (mmap(memory, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != memory) return 1;
    all();
    printf("--- trace\n");
    options.trace = true, options.record = false;
    all();
    options.record = true;
    call("a trace in the record", NR_openat, 4, text("/\"x\n"), 0, 0, 0);
    record_summary();
    return 0;
}
