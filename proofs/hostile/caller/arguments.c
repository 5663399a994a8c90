/* Arguments for calls: what their rows say they are, so that calls get deep; and now and then anything else. */
#include "caller.h"
#include "rows.h"

/* Marsaglia, "Xorshift RNGs" (2003), 64 bits. */
u64 next(struct slot *s) {
    u64 x = s->random;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    s->random = x;
    return x * 0x2545f4914f6cdd1dul;
}

u64 below(struct slot *s, u64 limit) { return (next(s) >> 16) % limit; }
bool one_in(struct slot *s, u64 n) { return below(s, n) == 0; }

uptr scratch_of(const struct slot *s) { return ARENA + (u64)(s - slots) * SCRATCH_STRIDE; }

static const u64 bad_addresses[] = {
    0, 1, 8, PAGE_SIZE, 1ul << 38, 1ul << 47, (1ul << 47) - 8, (1ul << 47) - PAGE_SIZE, 1ul << 63, 0xffff800000000000ul,
    0x0000800000000000ul, 0x00007ffffffff000ul, -PAGE_SIZE, ~0ul, ~7ul, 0x3ffffffff8ul,
};

static u64 any_length(struct slot *s) {
    switch (below(s, 8)) {
    case 0: return below(s, 3);
    case 1: case 2: return below(s, 64);
    case 3: return below(s, 64) * PAGE_SIZE;
    case 4: return below(s, 5000);
    case 5: return 1ul << below(s, 64);
    case 6: return -below(s, 5000);
    default: return next(s) >> below(s, 64);
    }
}

static u64 near(struct slot *s, u64 at) {
    switch (below(s, 4)) {
    case 0: return at + below(s, 64);
    case 1: return at - below(s, 64);
    default: return at;
    }
}

/* The kernel may write wherever an argument leads: not to what we live by. */
static u64 spared(struct slot *s, u64 value) {
    bool is_ours = value - (u64)vital < (u64)(vital_end - vital) && value - (u64)stone >= sizeof stone;
    return is_ours ? scratch_of(s) : value;
}

static u64 some_address(struct slot *s) {
    switch (below(s, 16)) {
    case 0: case 1: return ARENA + below(s, ARENA_SIZE / PAGE_SIZE) * PAGE_SIZE;
    case 2: return near(s, ARENA + below(s, ARENA_SIZE / PAGE_SIZE) * PAGE_SIZE);
    case 3: return bad_addresses[below(s, COUNT(bad_addresses))];
    case 4: return near(s, bad_addresses[below(s, COUNT(bad_addresses))]);
    case 5:
        if (!kernel_place_count || !(profile & WITH_KERNEL)) return 0;
        return near(s, kernel_places[below(s, kernel_place_count)] + PAGE_SIZE * below(s, 4));
    case 6: return (u64)stone + below(s, sizeof stone);
    case 7: return next(s) >> (1 + below(s, 40));
    case 8: return near(s, scratch_of(s) + SCRATCH_SIZE);
    case 9: return scratch_of(s) + below(s, SCRATCH_SIZE / PAGE_SIZE) * PAGE_SIZE;
    // another thread's: it may be using it
    case 10: return scratch_of(&slots[below(s, 8)]) + below(s, SCRATCH_SIZE) / 8 * 8;
    default: return scratch_of(s) + below(s, SCRATCH_SIZE) / 8 * 8;
    }
}

u64 any_address(struct slot *s) { return spared(s, some_address(s)); }

static u64 some_value(struct slot *s) {
    switch (below(s, 8)) {
    case 0: case 1: return below(s, 4);
    case 2: return below(s, 1000);
    case 3: return any_length(s);
    case 4: case 5: return any_address(s);
    case 6: return -below(s, 200);
    default: return next(s) >> 1;
    }
}

u64 any_value(struct slot *s) { return spared(s, some_value(s)); }

static const char *const paths[] = {
    "/tmp/a", "/tmp/b", "/tmp/c", "/tmp/d", "/tmp/d/a", "/tmp/d/e", "/tmp/d/e/f", "a", "b", "c/", "../a", ".", "..", "", "/",
    "/tmp", "/tmp/", "/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/fd/3", "/proc/self/maps", "/proc/self/mem",
    "/proc/self/fd", "/proc/self/fd/4", "/proc/self/stat", "/proc/self/task", "/proc/cpuinfo", "/proc/meminfo", "/proc/self/exe",
    "/proc/self/auxv", "/proc/self/environ", "/proc/self/cwd/a", "/sys", "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
    "/etc/passwd", "/app", "/tmp/a/b", "/////tmp//.//a", "/tmp/../tmp/../tmp/c", "/proc/self/task/1/stat",
};

/* Where a string stands: in front of nothing that is mapped, now and then. */
static u64 any_path(struct slot *s, uptr room) {
    if (one_in(s, 12)) return any_address(s);
    u8 *to = (u8 *)room;
    if (one_in(s, 10)) {
        u64 length = 1 + below(s, one_in(s, 4) ? 6000 : 300);
        static const u8 letters[] = {'/', '/', '.', 'a', 'b', 0xfe, 0x80, ' ', '\n'};
        for (u64 i = 0; i < length; i++) to[i] = one_in(s, 8) ? '/' : letters[below(s, COUNT(letters))];
        to[length] = 0;
        return room;
    }
    const char *path = paths[below(s, COUNT(paths))];
    u64 length = 0;
    while (path[length]) length++;
    if (one_in(s, 8)) to = (u8 *)(scratch_of(s) + SCRATCH_SIZE - length - 1);
    for (u64 i = 0; i <= length; i++) to[i] = (u8)path[i];
    return (u64)to;
}

/* A mask blocks what takes a thread out of its waits only where that may be the end. */
static u64 any_mask(struct slot *s) {
    const u64 needed = 1ul << (SIGUSR1 - 1) | 1ul << (SIGSEGV - 1) | 1ul << (SIGBUS - 1) | 1ul << (SIGILL - 1) |
                       1ul << (SIGFPE - 1) | 1ul << (SIGTRAP - 1);
    u64 mask = one_in(s, 2) ? 0 : next(s);
    return (profile & WITH_DEATH) && one_in(s, 8) ? mask : mask & ~needed;
}

static u64 any_pointer(struct slot *s, const struct row_argument *kind, uptr room) {
    if (one_in(s, 8)) return any_address(s);
    if (kind->nullable && one_in(s, 3)) return 0;
    u64 *to = (u64 *)(one_in(s, 8) ? scratch_of(s) + SCRATCH_SIZE - ALIGN_UP(kind->size, 8) : room);
    u64 words = kind->size ? (kind->size + 7) / 8 : 16;
    for (u64 i = 0; i < words; i++) to[i] = any_value(s);
    if (kind->size == 8) to[0] = any_mask(s);
    return (u64)to;
}

static u64 any_flags(struct slot *s, const struct row_argument *kind) {
    u64 flags = 0;
    for (u64 n = below(s, 4); n > 0 && kind->count; n--) flags |= row_values[kind->first + below(s, kind->count)];
    return one_in(s, 24) ? flags ^ 1ul << below(s, 40) : flags;
}

static u64 any_argument(struct slot *s, const struct row_argument *kind, uptr room) {
    static const int hundredths[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 32, 64, 100, 255, 4096, 65535};
    if (one_in(s, 40)) return any_value(s);
    switch (kind->kind) {
    case ROW_NUMBER: return one_in(s, 3) ? any_value(s) : (u64)hundredths[below(s, COUNT(hundredths))];
    case ROW_LENGTH: return any_length(s);
    case ROW_ADDRESS: return one_in(s, 2) ? any_address(s) : ARENA + below(s, ARENA_SIZE / PAGE_SIZE) * PAGE_SIZE;
    case ROW_DESCRIPTOR: return one_in(s, 10) ? (u64)-100l : below(s, one_in(s, 4) ? 1100 : 24);
    case ROW_PATH: return any_path(s, room);
    case ROW_FLAGS: return any_flags(s, kind);
    case ROW_PICK: return kind->count ? row_values[kind->first + below(s, kind->count)] : below(s, 16);
    case ROW_BUFFER: return any_address(s);
    case ROW_POINTER: return any_pointer(s, kind, room);
    case ROW_EXACTLY: return row_values[kind->first];
    case ROW_PID: return one_in(s, 3) ? below(s, 4) : tid_of_anyone(s);
    case ROW_SIGNAL: return below(s, SIGNALS + 2);
    case ROW_CLOCK: return one_in(s, 4) ? -below(s, 80) : below(s, 13);
    default: return any_value(s);
    }
}

/* Memory behind an argument: what the program itself wrote there is never an address that the kernel uses. */
static void refuse_kernel_words(const struct row *row, uptr from, u64 size) {
    const u64 *words = (const u64 *)ALIGN_DOWN(from, 8);
    for (u64 i = 0; i < size / 8; i++)
        if (is_kernel_address(words[i])) fail(row->name, words[i], i * 8);
}

/* Linux keeps all registers but the result's, on amd64 also those that SYSCALL uses. */
static long call_and_look(const char *name, long nr, const u64 *a) {
    u64 seen[SEEN_REGISTERS], before[SEEN_REGISTERS];
    for (u32 i = 0; i < SEEN_REGISTERS; i++) before[i] = 0x5e5e000000000000ul + i;
    for (u32 i = SEEN_ARGUMENTS; i < SEEN_REGISTERS; i++) before[i] = argument_in(i, nr, a, before[i]);
    for (u32 i = 0; i < SEEN_REGISTERS; i++) seen[i] = before[i];
    long result = call_with(nr, a, seen);
    for (u32 i = 0; i < SEEN_REGISTERS; i++) {
        if (IS_KEPT(i) && seen[i] != before[i]) fail(name, 0x1000 + i, seen[i]);
        if (is_kernel_address(seen[i]) && seen[i] != before[i]) fail(name, 0x2000 + i, seen[i]);
    }
    return result;
}

/* What calls wrote, and their results. */
static void add_up(struct slot *s, long result, const u64 *a) {
    u64 sum = s->sum ^ (u64)result;
    for (u32 i = 0; i < 6; i++) {
        bool is_mine = a[i] - scratch_of(s) < SCRATCH_SIZE - PAGE_SIZE;
        for (u64 n = 0; is_mine && n < 512; n++) sum = (sum ^ ((const u8 *)a[i])[n]) * 0x100000001b3ul;
    }
    s->sum = sum;
}

/* Owners are the program's choice, and stat gives them two in a word, which is not to look like the kernel's address. */
static void choose_owners(long nr, u64 *a) {
    static const long choosers[] = {NR_chown, NR_fchown, NR_lchown, NR_fchownat, NR_setuid, NR_setgid,
                                    NR_setreuid, NR_setregid, NR_setresuid, NR_setresgid, NR_setfsuid, NR_setfsgid};
    for (u32 i = 0; i < COUNT(choosers); i++) {
        if (nr != choosers[i]) continue;
        for (u32 n = 0; n < 6; n++)
            if ((u32)a[n] != UINT32_MAX) a[n] &= ~(1ul << 31);
    }
}

void hostile_call(struct slot *s) {
    const struct row *row = NULL;
    u64 a[6];
    long nr;
    if (one_in(s, 16)) {
        nr = one_in(s, 8) ? (long)next(s) : (long)below(s, 480);
        for (u32 i = 0; i < 6; i++) a[i] = any_value(s);
    } else {
        row = &rows[below(s, COUNT(rows))];
        nr = row->nr;
        for (u32 i = 0; i < 6; i++) {
            uptr room = scratch_of(s) + i * 2 * PAGE_SIZE + below(s, 64) * 8;
            a[i] = any_argument(s, &row->arguments[i], room);
        }
    }
    if (!is_allowed(s, nr, a)) return;
    choose_owners(nr, a);
    s->calls++;
    bool is_clone = nr == NR_clone || nr == NR_clone3 || nr == NR_fork || nr == NR_vfork;
    bool is_looked_at = !is_clone && nr != NR_rt_sigreturn && one_in(s, 4);
    long result = is_looked_at ? call_and_look(row ? row->name : "a call", nr, a)
                               : (is_clone ? call_clone : call)(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    repair_after(s, nr, a);
    if (is_kernel_address((u64)result) && result < -4095) fail("a result is the kernel's address", (u64)nr, (u64)result);
    if (profile & WITH_LOOK) add_up(s, result, a);
    if (!row || !s->is_checked) return;
    for (u32 i = 0; i < 6; i++) {
        u32 kind = row->arguments[i].kind;
        bool is_mine = a[i] - scratch_of(s) < SCRATCH_SIZE - PAGE_SIZE;
        if (is_mine && (kind == ROW_POINTER || kind == ROW_BUFFER || kind == ROW_ADDRESS)) refuse_kernel_words(row, a[i], 256);
    }
}
