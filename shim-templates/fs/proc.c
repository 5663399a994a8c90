/* /proc: what it says about the machine. Formats: proc(5). What the kernel does not count (disk,
 * swap, processes that came and went) is 0 or left out. */
#include "arch.h"
#include "clock.h"
#include "cpu.h"
#include "log.h"
#include "mem.h"
#include "random.h"
#include "string.h"
#include "synthetic.h"
#include "sys.h"
#include "thread.h"
#include "tree.h"

#define TICK_NS (NS_PER_SEC / 100) /* USER_HZ 100 */

static void cpuinfo(struct text *t, int tid) {
    for (u32 i = 0; i < cpu_count; i++) arch_cpuinfo(t, i);
}

static void meminfo(struct text *t, int tid) {
    u64 total = pages_total() * PAGE_SIZE / KIB, free = pages_free_count() * PAGE_SIZE / KIB;
    u64 files = pages_used_count(PAGES_FILE) * PAGE_SIZE / KIB,
        anon = pages_used_count(PAGES_ANON) * PAGE_SIZE / KIB;
    const struct {
        const char *name;
        u64 kib;
    } rows[] = {
        {"MemTotal:", total}, {"MemFree:", free}, {"MemAvailable:", free},
        {"Buffers:", 0}, {"Cached:", files}, {"SwapCached:", 0},
        {"AnonPages:", anon}, {"Shmem:", files},
        {"KernelStack:", (u64)process.thread_count * (KSTACK_SIZE / KIB)},
        {"SwapTotal:", 0}, {"SwapFree:", 0},
        {"CommitLimit:", total}, {"Hugepagesize:", HUGE_SIZE / KIB},
    };
    for (u32 i = 0; i < COUNT(rows); i++)
        text_printf(t, "%-15s %8lu kB\n", rows[i].name, rows[i].kib);
}

static void stat_file(struct text *t, int tid) {
    u64 user = process_runtime_ns() / TICK_NS, all = clock_now() / TICK_NS * cpu_count;
    u64 idle = all > user ? all - user : 0;
    text_printf(t, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\n", user, idle);
    for (u32 i = 0; i < cpu_count; i++)
        text_printf(t, "cpu%u %lu 0 0 %lu 0 0 0 0 0 0\n", i, user / cpu_count, idle / cpu_count);
    text_printf(t, "btime %lu\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n",
                (u64)clock_wall_offset() / NS_PER_SEC);
}

static void uptime(struct text *t, int tid) {
    u64 up = clock_now(), busy = process_runtime_ns(), all = up * cpu_count;
    u64 idle = all > busy ? all - busy : 0;
    text_printf(t, "%lu.%02lu %lu.%02lu\n", up / NS_PER_SEC, up % NS_PER_SEC / (NS_PER_SEC / 100), idle / NS_PER_SEC,
                idle % NS_PER_SEC / (NS_PER_SEC / 100));
}

static void loadavg(struct text *t, int tid) {
    text_printf(t, "0.00 0.00 0.00 1/%u 1\n", process.thread_count);
}

static void version(struct text *t, int tid) {
    struct abi_utsname name;
    sys_uname(&name);
    text_printf(t, "%s version %s (catkernel) %s\n", name.sysname, name.release, name.version);
}

static void filesystems(struct text *t, int tid) {
    text_printf(t, "nodev\ttmpfs\nnodev\tproc\nnodev\tsysfs\nnodev\tdevtmpfs\n");
}

/* One line per file system of the tree; where it says so, the same as mountinfo. */
static const struct {
    const char *path, *type, *options;
} mount_rows[] = {
    {"/", "tmpfs", "rw,noatime"},
    {"/dev", "devtmpfs", "rw,noatime"},
    {"/proc", "proc", "ro"},
    {"/sys", "sysfs", "ro"},
};

static void mounts(struct text *t, int tid) {
    for (u32 i = 0; i < COUNT(mount_rows); i++)
        text_printf(t, "%s %s %s %s 0 0\n", mount_rows[i].type, mount_rows[i].path,
                    mount_rows[i].type, mount_rows[i].options);
}

static void mountinfo(struct text *t, int tid) {
    for (u32 i = 0; i < COUNT(mount_rows); i++)
        text_printf(t, "%u %u 0:%u / %s %s - %s %s %s\n", i + 1, i ? 1 : 0, fs_device((u8)i),
                    mount_rows[i].path, mount_rows[i].options, mount_rows[i].type,
                    mount_rows[i].type, mount_rows[i].options);
}

/* --- /proc/sys -------------------------------------------------------------------------------- */

static void hostname(struct text *t, int tid) {
    struct abi_utsname name;
    sys_uname(&name);
    text_printf(t, "%s\n", name.nodename);
}

static void osrelease(struct text *t, int tid) {
    struct abi_utsname name;
    sys_uname(&name);
    text_printf(t, "%s\n", name.release);
}

static void ostype(struct text *t, int tid) { text_printf(t, "Linux\n"); }
static void pid_max(struct text *t, int tid) { text_printf(t, "4194304\n"); }
static void somaxconn(struct text *t, int tid) { text_printf(t, "4096\n"); }
// memory is promised freely: mem/oom.c
static void overcommit(struct text *t, int tid) { text_printf(t, "1\n"); }
static void file_max(struct text *t, int tid) { text_printf(t, "9223372036854775807\n"); }
static void pipe_max_size(struct text *t, int tid) { text_printf(t, "1048576\n"); }

/* A random UUID: RFC 9562, version 4. */
static void put_uuid(struct text *t, const u8 raw[16]) {
    static const u8 dash_before = 4;
    for (u32 i = 0; i < 16; i++) {
        u8 byte = i == 6 ? (raw[i] & 0x0f) | 0x40 : i == 8 ? (raw[i] & 0x3f) | 0x80 : raw[i];
        text_printf(t, i >= dash_before && i <= 10 && i % 2 == 0 ? "-%02x" : "%02x", byte);
    }
    text_append(t, "\n", 1);
}

static u8 boot_uuid[16];

static void boot_id(struct text *t, int tid) { put_uuid(t, boot_uuid); }

static void uuid(struct text *t, int tid) {
    u8 raw[16];
    random_bytes(raw, sizeof raw);
    put_uuid(t, raw);
}

static const struct synthetic_row proc_rows[] = {
    SYNTHETIC("/proc/cpuinfo", 0444, cpuinfo),
    SYNTHETIC("/proc/meminfo", 0444, meminfo),
    SYNTHETIC("/proc/stat", 0444, stat_file),
    SYNTHETIC("/proc/uptime", 0444, uptime),
    SYNTHETIC("/proc/loadavg", 0444, loadavg),
    SYNTHETIC("/proc/version", 0444, version),
    SYNTHETIC("/proc/filesystems", 0444, filesystems),
    SYNTHETIC("/proc/1/mounts", 0444, mounts),
    SYNTHETIC("/proc/1/mountinfo", 0444, mountinfo),
    SYNTHETIC("/proc/sys/kernel/hostname", 0644, hostname),
    SYNTHETIC("/proc/sys/kernel/osrelease", 0444, osrelease),
    SYNTHETIC("/proc/sys/kernel/ostype", 0444, ostype),
    SYNTHETIC("/proc/sys/kernel/pid_max", 0644, pid_max),
    SYNTHETIC("/proc/sys/kernel/random/boot_id", 0444, boot_id),
    SYNTHETIC("/proc/sys/kernel/random/uuid", 0444, uuid),
    SYNTHETIC("/proc/sys/net/core/somaxconn", 0644, somaxconn),
    SYNTHETIC("/proc/sys/vm/overcommit_memory", 0644, overcommit),
    SYNTHETIC("/proc/sys/fs/file-max", 0644, file_max),
    SYNTHETIC("/proc/sys/fs/pipe-max-size", 0644, pipe_max_size),
};

static const char *const proc_directories[] = {
    "/proc/1",       "/proc/sys",          "/proc/sys/kernel", "/proc/sys/kernel/random",
    "/proc/sys/net", "/proc/sys/net/core", "/proc/sys/vm",     "/proc/sys/fs",
};

void proc_init(void) {
    random_bytes(boot_uuid, sizeof boot_uuid);
    tree_mount("/proc", 0555, FS_PROC);
    for (u32 i = 0; i < COUNT(proc_directories); i++) tree_add_directory(proc_directories[i], 0555);
    synthetic_add_all(proc_rows, COUNT(proc_rows), FS_PROC);
    tree_add_link("/proc/self", "1");
    tree_add_link("/proc/mounts", "self/mounts");
    proc_self_init();
    if (KEEPS_ANY_PATH) {
        proc_fd_init();
        proc_task_init();
    }
    tree_seal("/proc");
    for (u32 i = 0; i < COUNT(proc_directories); i++) tree_seal(proc_directories[i]);
}
