/* Tells what system calls and other meetings with the kernel cost in instructions, from user mode to user mode: one
 * line each, "name count". Freestanding, so that nothing of a runtime is counted; what the loop itself takes is
 * subtracted. It is to run on one CPU, where instructions are counted: threads take turns then.
 *
 * Each is the least of several runs, for what comes between (a tick of the kernel's) only makes it more. */
#include "call.h"

enum { PAGE = 4096, RUNS = 5 };
enum { PROT_READ_WRITE = 3, MAP_PRIVATE_ANONYMOUS = 0x22, MADV_NOHUGEPAGE = 15, O_RDWR_CREAT = 2 | 0100, SIGUSR1 = 10 };
enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129, FUTEX_WAIT = 0 };
/* CLONE_VM | FS | FILES | SIGHAND | THREAD | SYSVSEM: as pthreads and Go make threads */
enum { THREAD = 0x50f00, CHILD_CLEARTID = 0x200000 };

static void write_text(const char *text) {
    long length = 0;
    while (text[length]) length++;
    call(SYS_WRITE, 1, (long)text, length, 0, 0);
}

static void fail(const char *what) {
    write_text("FAIL ");
    write_text(what);
    write_text("\n");
    call(SYS_EXIT_GROUP, 1, 0, 0, 0, 0);
}

static void tell(const char *name, unsigned long count) {
    char text[24], *at = text + sizeof text;
    *--at = 0;
    *--at = '\n';
    do *--at = '0' + count % 10;
    while (count /= 10);
    *--at = ' ';
    write_text(name);
    write_text(at);
}

static unsigned long empty_loop; /* of 1024 turns */

/* The least that `times` turns of `body` took, each turn's share of it. */
#define MEASURE(name, times, before, body, after)                                                 \
    do {                                                                                          \
        unsigned long least = ~0ul;                                                               \
        for (int run = 0; run < RUNS; run++) {                                                    \
            before;                                                                               \
            unsigned long start = instructions();                                                 \
            for (long i = 0; i < (times); i++) {                                                  \
                body;                                                                             \
                __asm__ volatile("" : "+r"(i) : : "memory");                                      \
            }                                                                                     \
            unsigned long took = instructions() - start;                                          \
            after;                                                                                \
            if (took < least) least = took;                                                       \
        }                                                                                         \
        least -= empty_loop * (times) / 1024;                                                     \
        if (name) tell(name, (least + (times) / 2) / (times));                                    \
        else empty_loop = least * 1024 / (times);                                                 \
    } while (0)

/* --- the vDSO's clock ------------------------------------------------------------------------------ */

struct symbol {
    unsigned name;
    unsigned char info, other;
    unsigned short section;
    unsigned long value, size;
};

static int same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

/* The function of that name in the shared object at `base` (ELF-64: program headers, dynamic section, symbols). */
static void *find_symbol(const char *base, const char *wanted) {
    const unsigned long *headers = (const unsigned long *)(base + *(const unsigned long *)(base + 32));
    const unsigned long *dynamic = 0;
    unsigned long load = 0;
    int loads = 0;
    for (int i = 0; i < *(const unsigned short *)(base + 56); i++, headers += 7) {
        unsigned type = (unsigned)headers[0];
        if (type == 1 && !loads++) load = (unsigned long)base + headers[1] - headers[2];
        if (type == 2) dynamic = (const unsigned long *)(base + headers[1]);
    }
    const char *names = 0;
    const struct symbol *symbols = 0;
    for (; dynamic && dynamic[0]; dynamic += 2) {
        if (dynamic[0] == 5) names = (const char *)(load + dynamic[1]);
        if (dynamic[0] == 6) symbols = (const struct symbol *)(load + dynamic[1]);
    }
    // the names lie behind the symbols
    for (const struct symbol *s = symbols; s && (const char *)s < names; s++)
        if (s->value && same(names + s->name, wanted)) return (void *)(load + s->value);
    return 0;
}

/* Behind the arguments and the environment: pairs of numbers. */
static unsigned long auxiliary(long *stack, unsigned long wanted) {
    long *at = stack + 1 + *stack + 1;
    while (*at++) {}
    for (; *at; at += 2)
        if ((unsigned long)*at == wanted) return (unsigned long)at[1];
    return 0;
}

/* --- threads --------------------------------------------------------------------------------------- */

static long stacks[2][512] __attribute__((aligned(16)));
static volatile int turn; /* 1: the other thread's */
static volatile int child;

/* Waits until it is one's turn. */
static void await(int mine) {
    while (turn != mine) call(SYS_FUTEX, (long)&turn, FUTEX_WAIT_PRIVATE, !mine, 0, 0);
}

static void hand_over(int to) {
    turn = to;
    call(SYS_FUTEX, (long)&turn, FUTEX_WAKE_PRIVATE, 1, 0, 0);
}

static void partner(void) {
    for (;;) {
        await(1);
        hand_over(0);
    }
}

static void leave(void) { call(SYS_EXIT, 0, 0, 0, 0, 0); }

/* As pthread_create and pthread_join do it. */
static void make_and_join(void) {
    child = 1;
    spawn(THREAD | CHILD_CLEARTID, stacks[1] + 512, (int *)&child, leave);
    while (child) call(SYS_FUTEX, (long)&child, FUTEX_WAIT, 1, 0, 0);
}

/* --- signals --------------------------------------------------------------------------------------- */

static volatile int handled;
static void handle(int signo) { handled += signo; }

/* --- all ------------------------------------------------------------------------------------------- */

static char block[PAGE];

static volatile char *map(unsigned long size) {
    long at = call6(SYS_MMAP, 0, (long)size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (at < 0 && at > -PAGE) fail("mmap");
    call(SYS_MADVISE, at, (long)size, MADV_NOHUGEPAGE, 0, 0);
    return (volatile char *)at;
}

__attribute__((used)) void start(long *stack) {
    MEASURE((char *)0, 4096, , , );
    MEASURE("getpid", 4096, , call(SYS_GETPID, 0, 0, 0, 0, 0), );

    char *vdso = (char *)auxiliary(stack, 33);
    int (*clock)(int, long *) = vdso ? find_symbol(vdso, "__vdso_clock_gettime") : 0;
    long now[2];
    if (!clock) fail("no vDSO");
    MEASURE("clock_gettime", 4096, , clock(1, now), );

    static volatile int word;
    MEASURE("futex-wake", 4096, , call(SYS_FUTEX, (long)&word, FUTEX_WAKE_PRIVATE, 1, 0, 0), );
    if (spawn(THREAD, stacks[0] + 512, 0, partner) < 0) fail("clone");
    MEASURE("futex-round-trip", 1024, , (hand_over(1), await(0)), );
    MEASURE("thread", 1024, , make_and_join(), );

    struct action action = action_of(handle);
    if (call(SYS_RT_SIGACTION, SIGUSR1, (long)&action, 0, 8, 0)) fail("rt_sigaction");
    long pid = call(SYS_GETPID, 0, 0, 0, 0, 0), tid = call(SYS_GETTID, 0, 0, 0, 0, 0);
    MEASURE("signal", 1024, handled = 0, call(SYS_TGKILL, pid, tid, SIGUSR1, 0, 0), );
    if (handled != 1024 * SIGUSR1) fail("a signal got lost");

    // small areas and the advice keep large pages out, which would make it another thing on each side
    enum { PAGES = 256 };
    volatile char *memory;
    MEASURE("map-touch-unmap", 1024, , {
        volatile char *page = (char *)call6(SYS_MMAP, 0, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        *page = 1;
        call(SYS_MUNMAP, (long)page, PAGE, 0, 0, 0);
    }, );
    MEASURE("page-fault", PAGES, memory = map(PAGES * PAGE), memory[i * PAGE] = 1,
            call(SYS_MUNMAP, (long)memory, PAGES * PAGE, 0, 0, 0));
    MEASURE("read-fault", PAGES, memory = map(PAGES * PAGE), (void)memory[i * PAGE],
            call(SYS_MUNMAP, (long)memory, PAGES * PAGE, 0, 0, 0));

    int ends[2];
    if (call(SYS_PIPE2, (long)ends, 0, 0, 0, 0)) fail("pipe2");
    MEASURE("pipe-byte", 1024, ,
            (call(SYS_WRITE, ends[1], (long)block, 1, 0, 0), call(SYS_READ, ends[0], (long)block, 1, 0, 0)), );
    long file = call(SYS_OPENAT, -100, (long)"/tmp/bench", O_RDWR_CREAT, 0600, 0);
    if (file < 0) fail("openat");
    MEASURE("write-4k", 256, , call(SYS_PWRITE, file, (long)block, PAGE, 0, 0), );
    MEASURE("read-4k", 256, , call(SYS_PREAD, file, (long)block, PAGE, 0, 0), );
    MEASURE("open-close", 256, , call(SYS_CLOSE, call(SYS_OPENAT, -100, (long)"/tmp/bench", 0, 0, 0), 0, 0, 0, 0), );
    call(SYS_EXIT_GROUP, 0, 0, 0, 0, 0);
}
