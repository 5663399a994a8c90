/* All that a kernel gives out, as sums: what calls write, frames of signals, memory that is new, the files in /proc, the
 * whole address space. A kernel whose unused memory holds other bytes must give out the same (poison in
 * shim-templates/debug/): each sum has a name, so that the first difference says where it comes from. */
#include "caller.h"

#define OUT_SIZE (4 * PAGE_SIZE)
#define FILL 0x11
#define DIRECTORY (O_RDONLY | O_DIRECTORY)

static u8 out[OUT_SIZE] ALIGNED(4096), text[OUT_SIZE];
static const char *subject = "";

void look_at(const char *name, const void *from, u64 size) { tell(subject, name, sum_of(from, (const u8 *)from + size), size); }

static long look(const char *name, long nr, u64 a, u64 b, u64 c, u64 d, u64 e) {
    long result = call(nr, a, b, c, d, e, 0);
    tell(subject, name, sum_of(out, out + sizeof out), (u64)result);
    for (u64 i = 0; i < sizeof out; i++) out[i] = FILL;
    return result;
}
#define OUT(offset) ((u64)out + (offset))
#define LOOK5(name, a, b, c, d, e) look(#name, NR_##name, a, b, c, d, e)
#define LOOK(name, a, b, c) LOOK5(name, a, b, c, 0, 0)

static long open_path(const char *path, u64 flags) { return call(NR_openat, HERE, (u64)path, flags, 0644, 0, 0); }
static void close_fd(long fd) { call3(NR_close, (u64)fd, 0, 0); }

static void identity(void) {
    LOOK(uname, OUT(0), 0, 0);
    LOOK(sysinfo, OUT(0), 0, 0);
    LOOK(times, OUT(0), 0, 0);
    LOOK(getrusage, 0, OUT(0), 0), LOOK(getrusage, 1, OUT(0), 0);
    for (u64 resource = 0; resource < 17; resource++) {
        LOOK5(prlimit64, 0, resource, 0, OUT(0), 0);
        LOOK(getrlimit, resource, OUT(0), 0);
    }
    LOOK(getresuid, OUT(0), OUT(8), OUT(16)), LOOK(getresgid, OUT(0), OUT(8), OUT(16));
    LOOK(getgroups, 16, OUT(0), 0);
    LOOK(getcwd, OUT(0), 100, 0);
    LOOK(getcpu, OUT(0), OUT(8), 0);
    LOOK(sched_getaffinity, 0, 128, OUT(0));
    LOOK(prctl, PR_GET_NAME, OUT(0), 0);
    const struct abi_user_cap_header header = {.version = 0x20080522};
    LOOK(capget, (u64)&header, OUT(0), 0);
    LOOK5(wait4, (u64)-1l, OUT(0), 1, OUT(64), 0), LOOK5(waitid, 0, 0, OUT(0), 5, OUT(256));
    LOOK(getrandom, OUT(0), 5, 0), LOOK(getrandom, OUT(1), 0, 0);
#if NR_riscv_hwprobe > 0
    for (u64 key = 0; key < 16; key++) *(u64 *)OUT(16 * key) = key;
    LOOK5(riscv_hwprobe, OUT(0), 16, 0, 0, 0);
#endif
}

static void times_and_timers(void) {
    for (u64 clock = 0; clock < 12; clock++) LOOK(clock_gettime, clock, OUT(0), 0), LOOK(clock_getres, clock, OUT(0), 0);
    LOOK(gettimeofday, OUT(0), OUT(16), 0);
    const struct abi_itimerval never = {.it_value = {1000, 0}};
    const struct abi_itimerspec later = {.it_value = {1000, 0}};
    for (u64 which = 0; which < 3; which++)
        LOOK(setitimer, which, (u64)&never, OUT(0)), LOOK(setitimer, which, (u64)&never, OUT(0)), LOOK(getitimer, which, OUT(0), 0);
    u32 timer = 0;
    call3(NR_timer_create, 1, 0, (u64)&timer);
    LOOK(timer_create, 1, 0, OUT(0)), LOOK(timer_create, 1, 0, (u64)stone);
    LOOK5(timer_settime, timer, 0, (u64)&later, OUT(0), 0), LOOK5(timer_settime, timer, 0, (u64)&later, OUT(0), 0);
    LOOK(timer_gettime, timer, OUT(0), 0);
    const struct abi_timespec wrong = {0, 1000};
    LOOK(nanosleep, (u64)&wrong, OUT(0), 0);
}

static void signals(void) {
    const u64 none = 0, all = ~0ul, one = 1ul << (SIGUSR1 - 1), process = slots[0].tid;
    for (u64 signo = 1; signo <= SIGNALS; signo++) LOOK5(rt_sigaction, signo, 0, OUT(0), 8, 0);
    LOOK(sigaltstack, 0, OUT(0), 0);
    // one after the other into the handler: sent, queued with a value, of a timer, of a fault
    call(NR_rt_sigprocmask, SIG_SETMASK, (u64)&none, (u64)out, 8, 0, 0);
    subject = "tgkill", LOOK(tgkill, process, process, SIGUSR1);
    subject = "kill", LOOK(kill, process, SIGUSR1, 0);
    subject = "fault", probe_load(0);
    subject = "", LOOK5(rt_sigprocmask, SIG_SETMASK, (u64)&all, OUT(0), 8, 0);
    call3(NR_tgkill, process, process, SIGUSR1);
    LOOK5(rt_sigpending, OUT(0), 8, 0, 0, 0);
    LOOK5(rt_sigtimedwait, (u64)&one, OUT(0), 0, 8, 0);
}

static void pipes_and_waiting(void) {
    int ends[2];
    LOOK(pipe2, OUT(0), 0, 0);
    call3(NR_pipe2, (u64)ends, 0, 0);
    call3(NR_write, (u64)ends[1], (u64) "abc", 3);
    LOOK(ioctl, (u64)ends[0], FIONREAD, OUT(0));
    struct abi_epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data = 0x1122334455667788ul};
    u64 epoll = (u64)call3(NR_epoll_create1, 0, 0, 0);
    for (u32 i = 0; i < 2; i++) call(NR_epoll_ctl, epoll, EPOLL_CTL_ADD, (u64)ends[i], (u64)&event, 0, 0);
    LOOK5(epoll_pwait, epoll, OUT(0), 4, 0, 0);
    struct abi_pollfd *fds = (struct abi_pollfd *)out;
    for (u32 i = 0; i < 2; i++) fds[i] = (struct abi_pollfd){.fd = ends[i], .events = 5};
    LOOK5(ppoll, OUT(0), 2, 0, 0, 0);
    u64 *set = (u64 *)out;
    set[0] = 1ul << ends[0] | 1ul << ends[1];
    const struct abi_timespec now = {0};
    LOOK5(pselect6, (u64)ends[1] + 1, OUT(0), 0, 0, (u64)&now);
    u64 event_fd = (u64)call3(NR_eventfd2, 3, 0, 0);
    LOOK(read, event_fd, OUT(0), 100);
    LOOK(read, (u64)ends[0], OUT(0), 4096);
    struct abi_flock lock = {.l_type = 1, .l_len = 10};
    for (u64 i = 0; i < sizeof lock; i++) out[i] = ((u8 *)&lock)[i];
    long null = open_path("/dev/null", O_RDWR);
    LOOK(fcntl, (u64)null, F_GETLK, OUT(0)), LOOK(ioctl, CONSOLE, TCGETS, OUT(0)), LOOK(ioctl, (u64)null, TCGETS, OUT(0));
    const u64 kinds[] = {CONSOLE, (u64)null, (u64)ends[0], (u64)ends[1], epoll, event_fd};
    for (u32 i = 0; i < COUNT(kinds); i++)
        LOOK(fstat, kinds[i], OUT(0), 0), LOOK(fstatfs, kinds[i], OUT(0), 0), LOOK5(statx, kinds[i], (u64) "", AT_EMPTY_PATH, 0xfff, OUT(0));
}

static void files(void) {
    subject = "file";
    call3(NR_mkdirat, HERE, (u64) "/tmp/look", 0755);
    char name[] = "/tmp/look/nnnnnnnnnnnnnnnn";
    for (u32 i = 11; i < sizeof name; i++) name[i] = 0, close_fd(open_path(name, O_CREAT | O_WRONLY)), name[i] = 'n';
    long status = open_path("/proc/self/status", O_RDONLY);
    LOOK(read, (u64)status, (u64)stone, 100), LOOK(read, (u64)status, OUT(0), 100);
    call3(NR_symlinkat, (u64) "to", HERE, (u64) "/tmp/look/link");
    LOOK5(readlinkat, HERE, (u64) "/tmp/look/link", OUT(0), 100, 0), LOOK5(readlinkat, HERE, (u64) "/proc/self/exe", OUT(0), 100, 0);
    LOOK5(newfstatat, HERE, (u64) "/tmp/look", OUT(0), 0, 0), LOOK(statfs, (u64) "/tmp", OUT(0), 0);
    long fd = open_path("/tmp/look/hole", O_CREAT | O_RDWR);
    LOOK(pwrite64, (u64)fd, (u64) "after a hole", 12), LOOK5(pwrite64, (u64)fd, (u64) "after a hole", 12, 9000, 0);
    LOOK5(pread64, (u64)fd, OUT(0), sizeof out, 0, 0);
    for (u32 shared = 1; shared <= 2; shared++) {
        long at = call(NR_mmap, 0, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE, shared, (u64)fd, 0);
        look_at("mapped", (void *)at, 3 * PAGE_SIZE);
    }
    LOOK(ftruncate, (u64)fd, 5000, 0), LOOK(ftruncate, (u64)fd, 20000, 0);
    LOOK5(pread64, (u64)fd, OUT(0), sizeof out, 0, 0);
    LOOK5(fallocate, (u64)fd, 0, 20000, 10000, 0), LOOK5(pread64, (u64)fd, OUT(0), sizeof out, 16000, 0);
    long other = open_path("/tmp/look/copy", O_CREAT | O_RDWR);
    call(NR_copy_file_range, (u64)fd, 0, (u64)other, 0, 30000, 0);
    LOOK5(pread64, (u64)other, OUT(0), sizeof out, 100, 0);
    close_fd(fd), close_fd(other);
}

static void memory(void) {
    subject = "memory";
    const u64 size = 64 * PAGE_SIZE, prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    u64 at = (u64)call(NR_mmap, 0, size, prot, flags, (u64)-1l, 0);
    look_at("new", (void *)at, size);
    for (u64 i = 0; i < size; i++) ((u8 *)at)[i] = FILL;
    call3(NR_madvise, at, size / 2, MADV_DONTNEED);
    look_at("given back", (void *)at, size);
    at = (u64)call(NR_mremap, at, size, 2 * size, MREMAP_MAYMOVE, 0, 0);
    look_at("grown", (void *)at, 2 * size);
    call3(NR_munmap, at, 2 * size, 0);
    at = (u64)call(NR_mmap, 0, 8 * MIB, prot, flags, (u64)-1l, 0);
    look_at("large", (void *)at, 8 * MIB);
    u64 end = (u64)call3(NR_brk, 0, 0, 0);
    u64 higher = (u64)call3(NR_brk, end + 5000, 0, 0);
    look_at("brk", (void *)end, higher - end);
    call3(NR_mincore, at, 8 * PAGE_SIZE, OUT(0)), look_at("mincore", out, 16);
}

/* Each file of a directory, and what getdents64 says of them. */
static void directory(const char *path) {
    subject = path;
    long fd = open_path(path, DIRECTORY), n;
    LOOK(getdents64, (u64)fd, OUT(0), sizeof out);
    call3(NR_lseek, (u64)fd, 0, 0);
    while ((n = call3(NR_getdents64, (u64)fd, (u64)text, sizeof text)) > 0) {
        for (long at = 0; at < n; at += ((struct abi_linux_dirent64 *)(text + at))->d_reclen) {
            const char *name = (const char *)text + at + offsetof(struct abi_linux_dirent64, d_type) + 1;
            if (text[at + offsetof(struct abi_linux_dirent64, d_type)] != DT_REG) continue;
            subject = name;
            u64 file = (u64)call(NR_openat, (u64)fd, (u64)name, O_RDONLY, 0, 0, 0);
            while (LOOK(read, file, OUT(0), sizeof out) > 0);
            close_fd((long)file);
        }
        subject = path;
    }
    close_fd(fd);
}

/* Our own part apart, in which this is being summed. */
static void address_space(void) {
    subject = "area";
    long fd = open_path("/proc/self/maps", O_RDONLY), n;
    u64 length = 0;
    while ((n = call3(NR_read, (u64)fd, (u64)text + length, sizeof text - 1 - length)) > 0) length += (u64)n;
    text[length] = 0;
    for (const char *line = (const char *)text; *line;) {
        u64 bounds[2] = {0};
        for (u32 i = 0; i < 2; i++, line++)
            for (; *line != '-' && *line != ' '; line++) bounds[i] = bounds[i] * 16 + (u64)(*line <= '9' ? *line - '0' : *line - 'a' + 10);
        if (*line == 'r' && !is_vital(bounds[0], bounds[1] - bounds[0])) look_at("area", (void *)bounds[0], bounds[1] - bounds[0]);
        while (*line++ != '\n');
    }
    close_fd(fd);
}

void look_everywhere(void) {
    for (u64 i = 0; i < sizeof out; i++) out[i] = FILL;
    identity();
    times_and_timers();
    signals();
    pipes_and_waiting();
    files();
    memory();
    static const char *const directories[] = {"/", "/tmp/look", "/dev", "/etc", "/proc", "/proc/self", "/proc/self/fd", "/proc/self/task/1"};
    for (u32 i = 0; i < COUNT(directories); i++) directory(directories[i]);
    address_space();
}
