/* select(2) and pselect6(2): three bit sets instead of a list. What each bit means in terms of
 * poll is in select(2): readable, writable, exceptional. */
#include "clock.h"
#include "mem.h"
#include "signal.h"
#include "sys.h"
#include "watch.h"

#define SETS 3u
#define WORD_BITS 64u
#define NS_PER_US 1000

static const u32 set_events[SETS] = {
    EPOLLIN | EPOLLRDNORM | EPOLLRDBAND | EPOLLHUP | EPOLLERR | POLLNVAL,
    EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND | EPOLLERR | POLLNVAL,
    EPOLLPRI | POLLNVAL,
};

/* The sets as the program gave them, and as they will be given back. */
struct sets {
    uptr user[SETS];
    u64 *in[SETS], *out[SETS]; /* one allocation */
    size_t bytes;              /* of one set, whole words */
};

static bool bit(const u64 *set, u32 i) { return set[i / WORD_BITS] >> (i % WORD_BITS) & 1; }

static int load(struct sets *s, u32 count) {
    s->bytes = (count + WORD_BITS - 1) / WORD_BITS * sizeof(u64);
    u64 *memory = kalloc(MAX(s->bytes * 2 * SETS, 1));
    if (!memory) return -ENOMEM;
    for (u32 k = 0; k < SETS; k++) {
        s->in[k] = memory + k * s->bytes / sizeof(u64);
        s->out[k] = s->in[k] + SETS * s->bytes / sizeof(u64);
        if (s->user[k] && user_read(s->in[k], s->user[k], s->bytes)) {
            kfree(memory);
            return -EFAULT;
        }
    }
    return 0;
}

static int store(const struct sets *s) {
    for (u32 k = 0; k < SETS; k++)
        if (s->user[k] && user_write(s->user[k], s->out[k], s->bytes)) return -EFAULT;
    return 0;
}

/* A watch for every descriptor that is in a set. -EBADF if one is not open; one that is but a place in the tree (O_PATH)
 * is in every set at once (fs/select.c do_select, Linux 6.1: EPOLLNVAL). */
static long open_watches(const struct sets *s, u32 count, struct watch *watches) {
    for (u32 i = 0; i < count; i++) {
        for (u32 k = 0; k < SETS; k++)
            if (bit(s->in[k], i)) watches[i].wanted |= set_events[k];
        if (!watches[i].wanted) continue;
        struct file *f = fd_get_any((int)i);
        if (!f) return -EBADF;
        if (f->flags & O_PATH) {
            file_put(f);
            watches[i].found = POLLNVAL;
        } else watches[i].file = f;
    }
    return 0;
}

/* Counts bits, not descriptors: select(2). */
static long fill_sets(struct sets *s, u32 count, const struct watch *watches) {
    long bits = 0;
    for (u32 i = 0; i < count; i++) {
        for (u32 k = 0; k < SETS; k++) {
            if (!bit(s->in[k], i) || !(watches[i].found & set_events[k])) continue;
            s->out[k][i / WORD_BITS] |= 1ull << (i % WORD_BITS);
            bits++;
        }
    }
    return bits;
}

static long select_files(int nfds, struct sets *s, u64 deadline_ns) {
    if (nfds < 0) return -EINVAL;
    u32 count = MIN((u32)nfds, (u32)fd_limit());
    int error = load(s, count);
    if (error) return error;
    struct watch *watches = kalloc(MAX(count, 1) * sizeof *watches);
    long result = watches ? open_watches(s, count, watches) : -ENOMEM;
    if (!result) result = watch_files(watches, count, deadline_ns);
    if (result >= 0) {
        result = fill_sets(s, count, watches);
        error = store(s);
        if (error) result = error;
    }
    if (watches) watch_release(watches, count);
    kfree(s->in[0]);
    return result;
}

long sys_pselect6(int nfds, uptr readfds, uptr writefds, uptr exceptfds,
                  struct abi_timespec *timeout, uptr sig) {
    u64 deadline_ns, mask;
    int error = deadline_after(timeout, &deadline_ns);
    if (error) return error;
    struct abi_sigset_argpack pack = {0};
    if (sig && user_read(&pack, sig, sizeof pack)) return -EFAULT;
    if (pack.p && pack.size != sizeof mask) return -EINVAL;
    if (pack.p && user_read(&mask, pack.p, sizeof mask)) return -EFAULT;
    if (pack.p) signal_mask_set_temporary(mask);
    struct sets sets = {.user = {readfds, writefds, exceptfds}};
    long result = select_files(nfds, &sets, deadline_ns);
    if (pack.p) signal_mask_restore(result);
    if (timeout) *timeout = time_left(deadline_ns);
    return result;
}

long sys_select(int nfds, uptr readfds, uptr writefds, uptr exceptfds,
                struct abi_timeval *timeout) {
    struct abi_timespec t;
    if (timeout) {
        if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return -EINVAL;
        i64 whole = timeout->tv_usec / 1000000;
        if (__builtin_add_overflow(timeout->tv_sec, whole, &t.tv_sec)) return -EINVAL;
        t.tv_nsec = timeout->tv_usec % 1000000 * NS_PER_US;
    }
    long result = sys_pselect6(nfds, readfds, writefds, exceptfds, timeout ? &t : NULL, 0);
    if (timeout)
        *timeout = (struct abi_timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / NS_PER_US};
    return result;
}
