/* /proc/self (which is /proc/1): what the process can read about itself. Formats: proc(5). */
#include "boot.h"
#include "clock.h"
#include "cpu.h"
#include "limits.h"
#include "log.h"
#include "mem.h"
#include "names.h"
#include "string.h"
#include "synthetic.h"
#include "sys.h"
#include "thread.h"
#include "tree.h"
#include "user.h"
#include "walk.h"

#define TICK_NS (NS_PER_SEC / 100)
#define AUXV_LIMIT 64u

/* --- memory ----------------------------------------------------------------------------------- */

static void maps(struct text *t, int tid) {
    uptr resume = 0;
    for (;;) {
        if (!text_reserve(t, PAGE_SIZE)) return;
        size_t n = mem_describe_maps(t->bytes + t->len, PAGE_SIZE, &resume);
        if (n == 0) return;
        t->len += n;
    }
}

static void statm(struct text *t, int tid) {
    struct mem_usage m;
    mem_usage(&m);
    u64 text_pages = (payload.end - payload.start) / PAGE_SIZE;
    text_printf(t, "%lu %lu %lu %lu 0 %lu 0\n", m.mapped / PAGE_SIZE, m.resident / PAGE_SIZE,
                m.file / PAGE_SIZE, text_pages, m.mapped / PAGE_SIZE);
}

/* --- what it was started with ----------------------------------------------------------------- */

static void put_strings(struct text *t, const char **strings, u32 count) {
    for (u32 i = 0; i < count; i++) text_append(t, strings[i], strlen(strings[i]) + 1);
}

static void cmdline(struct text *t, int tid) { put_strings(t, options.argv, options.argc); }
static void environ(struct text *t, int tid) { put_strings(t, options.envp, options.envc); }

/* From the first stack, where the kernel wrote it: argc, argv, NULL, envp, NULL, then pairs up
 * to AT_NULL. */
static void auxv(struct text *t, int tid) {
    uptr at = first_stack + sizeof(u64) * (1 + options.argc + 1 + options.envc + 1);
    for (u32 i = 0; i < AUXV_LIMIT; i++, at += 2 * sizeof(u64)) {
        u64 pair[2];
        if (user_read(pair, at, sizeof pair)) return;
        text_append(t, pair, sizeof pair);
        if (pair[0] == AT_NULL) return;
    }
}

/* --- status ----------------------------------------------------------------------------------- */

struct thread_facts {
    char name[16];
    char state;
    u64 runtime_ns, blocked, pending, affinity;
    struct credentials *credentials; /* referenced */
};

static char state_letter(const struct thread *t) {
    return t->state == THREAD_RUNNABLE ? 'R' : t->state == THREAD_WAITING ? 'S' : 'X';
}

/* Thread 0 means the first one, or any if that has ended. */
static bool facts_of(int tid, struct thread_facts *out) {
    spin_lock(&process.lock);
    struct thread *t = thread_find(tid ? tid : 1);
    if (!t && !tid && !list_empty(&process.threads))
        t = CONTAINER(process.threads.next, struct thread, all_link);
    if (t) {
        memcpy(out->name, t->name, sizeof out->name);
        out->state = t == current() ? 'R' : state_letter(t);
        out->blocked = t->signals.blocked;
        out->pending = t->signals.pending.set;
        out->affinity = t->affinity;
        out->credentials = credentials_get(t);
    }
    spin_unlock(&process.lock);
    return t;
}

static void facts_put(struct thread_facts *facts) { credentials_put(facts->credentials); }

static void put_action_masks(struct text *t) {
    u64 ignored = 0, caught = 0;
    for (int signo = 1; signo <= SIGNAL_COUNT; signo++) {
        uptr handler = process.signals.actions[signo].handler;
        if (handler == SIG_IGN) ignored |= signal_bit(signo);
        else if (handler != SIG_DFL) caught |= signal_bit(signo);
    }
    text_printf(t, "SigIgn:\t%016lx\nSigCgt:\t%016lx\n", ignored, caught);
}

static void put_identity(struct text *t, const struct credentials *c) {
    text_printf(t, "Uid:\t%u\t%u\t%u\t%u\n", c->uid[REAL], c->uid[EFFECTIVE], c->uid[SAVED], c->uid[FILES]);
    text_printf(t, "Gid:\t%u\t%u\t%u\t%u\n", c->gid[REAL], c->gid[EFFECTIVE], c->gid[SAVED], c->gid[FILES]);
    text_printf(t, "FDSize:\t%u\nGroups:\t", fd_count());
    for (u32 i = 0; i < c->group_count; i++) text_printf(t, "%u ", c->groups[i]);
    text_printf(t, c->group_count ? "\n" : " \n");
}

void proc_generate_status(struct text *t, int tid) {
    struct thread_facts facts;
    if (!facts_of(tid, &facts)) return;
    struct mem_usage m;
    mem_usage(&m);
    text_printf(t,
                "Name:\t%.15s\nUmask:\t%04o\nState:\t%c "
                "(%s)\nTgid:\t1\nNgid:\t0\nPid:\t%d\nPPid:\t0\nTracerPid:\t0\n",
                facts.name, file_umask, facts.state, facts.state == 'R' ? "running" : "sleeping",
                tid ? tid : 1);
    put_identity(t, facts.credentials);
    text_printf(t,
                "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\nVmLck:\t       0 kB\nVmHWM:\t%8lu "
                "kB\nVmRSS:\t%8lu kB\n",
                m.mapped / KIB, m.mapped / KIB, m.peak_resident / KIB, m.resident / KIB);
    text_printf(t, "RssAnon:\t%8lu kB\nRssFile:\t%8lu kB\nVmSwap:\t       0 kB\nThreads:\t%u\n",
                m.anon / KIB, m.file / KIB, process.thread_count);
    text_printf(t, "SigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\n", facts.pending,
                process.signals.pending.set, facts.blocked);
    put_action_masks(t);
    text_printf(t, "NoNewPrivs:\t0\nSeccomp:\t0\nCpus_allowed:\t%lx\n",
                facts.affinity & sched_online_mask());
    facts_put(&facts);
}

/* 52 fields; those that would need another process, a terminal's group or swap are 0: proc(5). */
void proc_generate_stat(struct text *t, int tid) {
    struct thread_facts facts;
    if (!facts_of(tid, &facts)) return;
    struct mem_usage m;
    mem_usage(&m);
    u64 ticks = process_runtime_ns() / TICK_NS;
    text_printf(t,
                "%d (%.15s) %c 0 1 1 0 -1 4194560 0 0 0 0 %lu 0 0 0 20 0 %u 0 0 %lu %lu "
                "18446744073709551615 ",
                tid ? tid : 1, facts.name, facts.state, ticks, process.thread_count, m.mapped,
                m.resident / PAGE_SIZE);
    text_printf(t, "%lu %lu %lu 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", payload.start,
                payload.end, first_stack);
    facts_put(&facts);
}

void proc_generate_comm(struct text *t, int tid) {
    struct thread_facts facts;
    if (!facts_of(tid, &facts)) return;
    text_printf(t, "%.15s\n", facts.name);
    facts_put(&facts);
}

/* --- limits ----------------------------------------------------------------------------------- */

static void put_limit(struct text *t, u64 limit) {
    if (limit == RLIM_INFINITY) text_printf(t, " %-20s", "unlimited");
    else text_printf(t, " %-20lu", limit);
}

static void limits(struct text *t, int tid) {
    static const struct {
        const char *name, *unit;
        u32 resource;
    } all[] = {
        {"Max cpu time", "seconds", RLIMIT_CPU},
        {"Max file size", "bytes", RLIMIT_FSIZE},
        {"Max data size", "bytes", RLIMIT_DATA},
        {"Max stack size", "bytes", RLIMIT_STACK},
        {"Max core file size", "bytes", RLIMIT_CORE},
        {"Max resident set", "bytes", RLIMIT_RSS},
        {"Max processes", "processes", RLIMIT_NPROC},
        {"Max open files", "files", RLIMIT_NOFILE},
        {"Max locked memory", "bytes", RLIMIT_MEMLOCK},
        {"Max address space", "bytes", RLIMIT_AS},
        {"Max file locks", "locks", RLIMIT_LOCKS},
        {"Max pending signals", "signals", RLIMIT_SIGPENDING},
        {"Max msgqueue size", "bytes", RLIMIT_MSGQUEUE},
        {"Max nice priority", "", RLIMIT_NICE},
        {"Max realtime priority", "", RLIMIT_RTPRIO},
        {"Max realtime timeout", "us", RLIMIT_RTTIME},
    };
    text_printf(t, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    for (u32 i = 0; i < COUNT(all); i++) {
        struct abi_rlimit limit;
        if (sys_getrlimit((int)all[i].resource, &limit)) continue;
        text_printf(t, "%-25s", all[i].name);
        put_limit(t, limit.rlim_cur);
        put_limit(t, limit.rlim_max);
        text_printf(t, " %-10s\n", all[i].unit);
    }
}

static const struct synthetic_row self_rows[] = {
    SYNTHETIC("/proc/1/maps", 0444, maps),
    SYNTHETIC("/proc/1/statm", 0444, statm),
    SYNTHETIC("/proc/1/cmdline", 0444, cmdline),
    SYNTHETIC("/proc/1/environ", 0400, environ),
    SYNTHETIC("/proc/1/auxv", 0400, auxv),
    SYNTHETIC("/proc/1/status", 0444, proc_generate_status),
    SYNTHETIC("/proc/1/stat", 0444, proc_generate_stat),
    SYNTHETIC("/proc/1/comm", 0644, proc_generate_comm),
    SYNTHETIC("/proc/1/limits", 0444, limits),
};

/* --- links that lead to more than a name ------------------------------------------------------ */

static struct inode *cwd_follow(struct inode *inode) { return cwd_get(); }

static ssize_t cwd_readlink(struct inode *inode, char *out, size_t size) {
    struct inode *cwd = cwd_get();
    ssize_t len = inode_path(cwd, out, size);
    inode_put(cwd);
    return len;
}

static const struct inode_ops cwd_ops = {.follow = cwd_follow, .readlink = cwd_readlink};

void proc_self_init(void) {
    synthetic_add_all(self_rows, COUNT(self_rows), FS_PROC);
    if (!KEEPS_ANY_PATH) return;
    tree_add_link("/proc/1/exe", "/app");
    tree_add_link("/proc/1/root", "/");
    struct inode *cwd = inode_new_device(S_IFLNK | 0777, 0, FS_PROC, NULL);
    if (cwd) cwd->ops = &cwd_ops;
    tree_add("/proc/1/cwd", cwd);
}
