/* Takes of each thing until there is no more, gives all back, and again: the kernel says so by the errors that Linux has,
 * and its memory is afterwards what it was. What only grows to what was once needed (kernel stacks) the first pass
 * shows. */
#include "caller.h"

#define PASSES 2
#define DESCRIPTORS 2000
#define MOST 70000
/* What may stay taken between two passes: a page of each kind of object, tables of page tables. */
#define SLACK (64 * PAGE_SIZE)
#define FOLDER "/tmp/many"
#define LARGE_FILE 5000 /* which of them; the turn of a file, not of a folder or link */

static u64 taken[MOST];
static u32 count;

static u64 free_memory(void) {
    struct abi_sysinfo info;
    call3(NR_sysinfo, (u64)&info, 0, 0);
    return info.freeram * info.mem_unit;
}

static u32 thread_count(void) {
    struct abi_sysinfo info;
    call3(NR_sysinfo, (u64)&info, 0, 0);
    return info.procs;
}

static void expect(const char *what, long error, long one, long other) {
    if (error != -one && error != -other) fail(what, (u64)-error, count);
}

/* Keeps the results until there is an error, or enough. */
static long take(u32 most, long nr, u64 a, u64 b, u64 c, u64 d) {
    long result = 0;
    for (count = 0; count < most && (result = call(nr, a, b, c, d, 0, 0)) >= 0; count++) taken[count] = (u64)result;
    return count == most ? 0 : result;
}

static void close_all(void) { call3(NR_close_range, 3, CONSOLE - 1, 0), call3(NR_close_range, CONSOLE + 1, ~0u, 0); }

static void descriptors(void) {
    int ends[2];
    expect("dup", take(MOST, NR_dup, 1, 0, 0, 0), EMFILE, EMFILE), close_all();
    expect("eventfd2", take(MOST, NR_eventfd2, 0, 0, 0, 0), EMFILE, ENOMEM), close_all();
    expect("epoll_create1", take(MOST, NR_epoll_create1, 0, 0, 0, 0), EMFILE, ENOMEM), close_all();
    expect("pipe2", take(MOST, NR_pipe2, (u64)ends, 0, 0, 0), EMFILE, ENFILE), close_all();
    expect("openat", take(MOST, NR_openat, HERE, (u64) "/proc/self/stat", 0, 0), EMFILE, ENOMEM), close_all();
    // one epoll watches all that there can be
    struct abi_epoll_event event = {.events = EPOLLIN};
    u64 epoll = (u64)call3(NR_epoll_create1, 0, 0, 0);
    expect("eventfd2", take(MOST, NR_eventfd2, 1, 0, 0, 0), EMFILE, ENOMEM);
    for (u32 i = 0; i < count; i++) call(NR_epoll_ctl, epoll, EPOLL_CTL_ADD, taken[i], (u64)&event, 0, 0);
    if (call(NR_epoll_pwait, epoll, (u64)taken, 1000, 0, 0, 0) != 1000) fail("epoll_pwait", count, 0);
    close_all();
}

static void full_pipes(void) {
    long error = 0;
    for (count = 0; !error && count < MOST; count++) {
        int ends[2];
        error = call3(NR_pipe2, (u64)ends, O_NONBLOCK, 0);
        if (error) break;
        call3(NR_fcntl, (u64)ends[1], F_SETPIPE_SZ, MIB);
        while (call3(NR_write, (u64)ends[1], (u64)taken, sizeof taken) > 0);
        // memory is out when not even a byte goes into an empty one
        u8 byte;
        if (call3(NR_read, (u64)ends[0], (u64)&byte, 1) != 1) error = -ENOMEM;
    }
    expect("full pipes", error, EMFILE, ENOMEM), close_all();
}

static void threads(void) {
    const u64 flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    children_stay = 1;
    long error = 0;
    for (count = 0; count < MOST && (error = call_clone(NR_clone, flags, 0, 0, 0, 0, 0)) > 0;) count++;
    children_stay = 0;
    const struct abi_timespec while_ = {0, 50000000};
    for (u32 tries = 0; thread_count() > 1; tries++) {
        if (tries == 1000) fail("threads do not end", thread_count(), count);
        call3(NR_nanosleep, (u64)&while_, 0, 0);
    }
    expect("clone", error, EAGAIN, ENOMEM);
}

static void areas(void) {
    long error = 0;
    const u64 flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    for (count = 0; count < 2 * MOST && error >= 0; count++)
        error = call(NR_mmap, ARENA + 2 * (u64)count * PAGE_SIZE, PAGE_SIZE, PROT_READ, flags, (u64)-1l, 0);
    expect("mmap of many areas", error, ENOMEM, ENOMEM);
    call3(NR_munmap, ARENA, 4 * MOST * PAGE_SIZE, 0);
    call(NR_mmap, ARENA, 2 * MOST * PAGE_SIZE, PROT_READ, flags, (u64)-1l, 0);
    error = 0;
    for (count = 0; count < MOST && error >= 0; count++)
        error = call3(NR_mprotect, ARENA + 2 * (u64)count * PAGE_SIZE, PAGE_SIZE, 0);
    expect("mprotect of many parts", error, ENOMEM, ENOMEM);
    call3(NR_munmap, ARENA, 2 * MOST * PAGE_SIZE, 0);
    long result = take(MOST, NR_mmap, 0, 64 * GIB, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
    expect("mmap of all addresses", result, ENOMEM, ENOMEM);
    for (u32 i = 0; i < count; i++) call3(NR_munmap, taken[i], 64 * GIB, 0);
}

static void timers_and_signals(void) {
    u32 timer = 0;
    long error = take(3000, NR_timer_create, 1, 0, (u64)&timer, 0);
    if (error) expect("timer_create", error, EAGAIN, EAGAIN);
    for (u32 i = 0, last = timer; i < count; i++) call3(NR_timer_delete, last - i, 0, 0);
    // all are blocked: those that are told apart stay until they are taken
    error = take(3000, NR_tgkill, slots[0].tid, slots[0].tid, 40, 0);
    if (error) expect("tgkill", error, EAGAIN, EAGAIN);
    const u64 set = 1ul << 39;
    const struct abi_timespec now = {0};
    while (call(NR_rt_sigtimedwait, (u64)&set, 0, (u64)&now, 8, 0, 0) > 0);
}

static char path[] = FOLDER "/00000";
static const char *name_of(u32 n) {
    for (u32 i = sizeof path - 2; n; i--, n /= 10) path[i] = (char)('0' + n % 10);
    return path;
}
static void reset_name(void) {
    for (u32 i = sizeof path - 6; i < sizeof path - 1; i++) path[i] = '0';
}

static void full_disk(void) {
    call3(NR_mkdirat, HERE, (u64)FOLDER, 0755);
    long error = 0;
    for (count = 0; count < 6000 && error >= 0; count++) {
        reset_name();
        error = count % 3 == 0   ? call3(NR_mkdirat, HERE, (u64)name_of(count), 0755)
                : count % 3 == 1 ? call3(NR_symlinkat, (u64) "a target", HERE, (u64)name_of(count))
                                 : call(NR_openat, HERE, (u64)name_of(count), O_CREAT | O_WRONLY | O_EXCL, 0600, 0, 0);
        if (error <= 0) continue;
        // small files, and one that takes all there is
        bool takes_all = count == LARGE_FILE;
        u64 file = (u64)error, size = takes_all ? sizeof taken : 100;
        do error = call3(NR_write, file, (u64)taken, size);
        while (takes_all && error > 0);
        call3(NR_close, file, 0, 0);
        if (takes_all) expect("write", error, ENOSPC, ENOSPC);
    }
    expect("creating files", error, ENOSPC, ENOSPC);
    for (u32 i = 0; i < count; i++) {
        reset_name();
        call3(NR_unlinkat, HERE, (u64)name_of(i), i % 3 == 0 ? AT_REMOVEDIR : 0);
    }
    call3(NR_unlinkat, HERE, (u64)FOLDER, AT_REMOVEDIR);
}

static void locks(void) {
    long file = call(NR_openat, HERE, (u64) "/tmp/locks", O_CREAT | O_RDWR, 0600, 0, 0), error = 0;
    for (count = 0; count < 3000 && error >= 0; count++) {
        struct abi_flock lock = {.l_type = 1, .l_start = 2 * (i64)count, .l_len = 1};
        error = call3(NR_fcntl, (u64)file, F_SETLK, (u64)&lock);
    }
    if (error) expect("locks", error, ENOLCK, ENOLCK);
    call3(NR_close, (u64)file, 0, 0), call3(NR_unlinkat, HERE, (u64) "/tmp/locks", 0);
}

void reach_limits(void) {
    static const struct {
        const char *name;
        void (*run)(void);
    } kinds[] = {{"descriptors", descriptors}, {"threads", threads}, {"areas", areas}, {"timers and signals", timers_and_signals},
                 {"files", full_disk}, {"pipes", full_pipes}, {"locks", locks}};
    const struct abi_rlimit64 more = {DESCRIPTORS, DESCRIPTORS};
    call(NR_prlimit64, 0, 7, (u64)&more, 0, 0, 0);
    for (u32 i = 0; i < MOST; i++) taken[i] = i;
    u64 before = 0;
    for (u32 pass = 0; pass < PASSES; pass++)
        for (u32 i = 0; i < COUNT(kinds); i++) {
            u64 free = free_memory();
            kinds[i].run();
            slots[0].calls += count;
            u64 now = free_memory();
            if (pass >= 1 && now + SLACK < free) fail(kinds[i].name, free, now);
            if (i + 1 == COUNT(kinds) && pass == 0) before = now;
            if (i + 1 == COUNT(kinds) && pass > 0 && now + SLACK < before) fail("memory is gone", before, now);
            tell(kinds[i].name, "reached at", count, now);
        }
}
