/* The first thread keeps the others at work, cleans up behind them, and says at the end what was done.
 * Arguments: seed, profile, threads, calls to make; then addresses of the kernel, in hexadecimal. */
#include "caller.h"

struct slot slots[SLOTS];
u8 stacks[SLOTS][STACK_SIZE] ALIGNED(4096), altstacks[SLOTS][STACK_SIZE] ALIGNED(4096);
u64 kernel_places[16], hwcap;
u32 kernel_place_count, profile, stopping, children_stay;
/* Read-only: nobody may change it, the kernel on our behalf least of all. */
__attribute__((section(".rodata.stone"), aligned(4096))) u8 stone[PAGE_SIZE] = {0x5a, 0x5a, 0x5a};

#define TICK_NS 1000000
#define STALE_TICKS 2
#define LOST_TICKS 300
#define SWEEP_TICKS 64

static char line[512];
static u32 line_length;

static void put(const char *text) {
    while (*text && line_length < sizeof line) line[line_length++] = *text++;
}

static void put_number(u64 value, u32 base) {
    char digits[24];
    u32 n = 0;
    do digits[n++] = "0123456789abcdef"[value % base];
    while (value /= base);
    while (n > 0 && line_length < sizeof line) line[line_length++] = digits[--n];
}

static void say(void) {
    put("\n");
    call3(NR_write, CONSOLE, (u64)line, line_length);
    line_length = 0;
}

_Noreturn void fail(const char *what, u64 a, u64 b) {
    put("FAIL: "), put(what), put(": 0x"), put_number(a, 16), put(", 0x"), put_number(b, 16);
    say();
    for (;;) call3(NR_exit_group, 1, 0, 0);
}

void tell(const char *subject, const char *name, u64 a, u64 b) {
    put(subject), put(" "), put(name), put(": "), put_number(a, 16), put(" "), put_number(b, 16);
    say();
}

u32 tid_of_anyone(struct slot *s) { return slots[below(s, SLOTS)].tid; }

_Noreturn void worker(struct slot *s) {
    prepare_thread(s);
    while (!__atomic_load_n(&stopping, __ATOMIC_RELAXED)) {
        s->progress++;
        u64 turn = below(s, 256);
        if (turn < 4 && (profile & WITH_MEMORY)) touch_kernel(s);
        else if (turn < 12 && (profile & WITH_CODE)) run_garbage(s);
        else if (turn < 32 && (profile & WITH_FRAMES)) forge_frame(s);
        else if (turn < 48 && (profile & WITH_STORMS)) storm(s);
        else if (profile & WITH_CALLS) hostile_call(s);
    }
    for (;;) call3(NR_exit, 0, 0, 0);
}

static void start(struct slot *s) {
    s->used = 1, s->stale = 0;
    s->is_checked = !(profile & (WITH_KERNEL | WITH_MEMORY | WITH_CODE | WITH_FRAMES));
    const u64 flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                      CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    if (spawn(flags, stacks[s - slots + 1] - 16, &s->tid, s) < 0) s->used = 0, s->tid = 0;
}

/* Keeps `threads` at work; false if there is no room for another. */
static bool tend(u32 threads) {
    u32 working = 0, free_slot = 0;
    for (u32 i = 1; i < SLOTS - 1; i++) {
        struct slot *s = &slots[i];
        if (s->used == 1 && (s->tid == 0 || call3(NR_tgkill, slots[0].tid, s->tid, 0) < 0)) s->used = 0;
        if (s->used == 0 && !free_slot) free_slot = i;
        if (s->used != 1) continue;
        working++;
        s->stale = s->progress == s->seen ? s->stale + 1 : 0;
        s->seen = s->progress;
        if (s->stale >= STALE_TICKS) call3(NR_tgkill, slots[0].tid, s->tid, SIGUSR1);
        if (s->stale >= LOST_TICKS) s->used = 2;
    }
    if (working >= threads || __atomic_load_n(&stopping, __ATOMIC_RELAXED)) return true;
    if (free_slot) start(&slots[free_slot]);
    return free_slot != 0;
}

/* All that others left behind, while they are at it. */
static void sweep(void) {
    struct abi_itimerval off = {0};
    for (u64 which = 0; which < 3; which++) call3(NR_setitimer, which, (u64)&off, 0);
    for (u64 timer = 0; timer < 32; timer++) call3(NR_timer_delete, timer, 0, 0);
    call3(NR_close_range, 3, CONSOLE - 1, 0), call3(NR_close_range, CONSOLE + 1, ~0u, 0);
    call3(NR_munmap, ALIGN_UP((u64)vital_end, PAGE_SIZE) + 16 * MIB, ARENA + ARENA_SIZE - (u64)vital_end - 16 * MIB, 0);
    call3(NR_munmap, ARENA + ARENA_SIZE, USER_END - ARENA - ARENA_SIZE, 0);
    static const char *const left[] = {"/tmp/a", "/tmp/b", "/tmp/c", "/tmp/d/a", "/tmp/d/e/f", "/a", "/b", "/tmp/d/e", "/tmp/d"};
    for (u32 i = 0; i < COUNT(left); i++)
        for (u64 flags = 0; flags <= AT_REMOVEDIR; flags += AT_REMOVEDIR) call3(NR_unlinkat, HERE, (u64)left[i], flags);
}

static u64 total(u64 field) {
    u64 sum = 0;
    for (u32 i = 0; i < SLOTS; i++) sum += *(u64 *)((u8 *)&slots[i] + field);
    return sum;
}

static void report(const char *word) {
    u32 lost = 0;
    for (u32 i = 0; i < SLOTS; i++) lost += slots[i].used == 2;
    put(word), put(" "), put_number(total(offsetof(struct slot, calls)), 10);
    put(" calls, "), put_number(total(offsetof(struct slot, faults)), 10);
    put(" faults, "), put_number(total(offsetof(struct slot, signals)), 10);
    put(" signals, "), put_number(total(offsetof(struct slot, landed)), 10);
    put(" frames, "), put_number(lost, 10), put(" lost");
    if (profile & WITH_LOOK) put(", sum "), put_number(total(offsetof(struct slot, sum)), 16);
    say();
}

u64 sum_of(const u8 *from, const u8 *to) {
    u64 sum = 0xcbf29ce484222325ul;
    for (; from < to; from++) sum = (sum ^ *from) * 0x100000001b3ul;
    return sum;
}

static u64 number(const char *text, u32 base) {
    u64 value = 0;
    for (; *text; text++) value = value * base + (u64)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    return value;
}

_Noreturn void begin(u64 *stack) {
    u64 argc = stack[0];
    char **argv = (char **)(stack + 1);
    if (argc < 5) fail("arguments: seed, profile, threads, calls, the kernel's addresses", argc, 0);
    u64 seed = number(argv[1], 10), goal = number(argv[4], 10);
    u32 threads = (u32)number(argv[3], 10);
    profile = (u32)number(argv[2], 10);
    // who looks for what the kernel lets slip must not know it
    bool knows = profile & (WITH_KERNEL | WITH_MEMORY);
    for (u64 i = 5; knows && i < argc && kernel_place_count < COUNT(kernel_places); i++)
        kernel_places[kernel_place_count++] = number(argv[i], 16);
    const u64 *auxv = stack + argc + 2;
    while (*auxv++);
    for (; auxv[0]; auxv += 2)
        if (auxv[0] == AT_HWCAP) hwcap = auxv[1];
    // from here on the stack may go

    u64 all = ~0ul, before = sum_of(stone, stone + sizeof stone) ^ sum_of(text_start, text_end);
    call(NR_rt_sigprocmask, SIG_SETMASK, (u64)&all, 0, 8, 0, 0);
    call3(NR_dup3, 1, CONSOLE, 0);
    long null = call(NR_openat, HERE, (u64)"/dev/null", O_RDWR, 0, 0, 0);
    for (u64 fd = 0; fd < 3; fd++) call3(NR_dup3, (u64)null, fd, 0);
    slots[0].tid = (u32)call3(NR_gettid, 0, 0, 0), slots[0].used = 1;
    for (u32 i = 0; i < SLOTS; i++) slots[i].random = (seed * 0x9e3779b97f4a7c15ul + i * 0xd1342543de82ef95ul) | 1;
    for (u32 i = 0; i < SLOTS; i++) for (u32 n = 0; n < 8; n++) next(&slots[i]);
    install_handlers();
    if (profile & WITH_LOOK) look_everywhere();
    if (profile & WITH_LIMITS) reach_limits();
    sweep();

    const struct abi_timespec tick = {0, TICK_NS};
    u64 said = 0;
    for (u64 ticks = 0;; ticks++) {
        u64 calls = total(offsetof(struct slot, calls));
        // its own instructions may set `stopping`: then nobody works any more
        if (calls >= goal || stopping || !tend(threads)) break;
        if (calls - said >= 1 << 13) said = calls, report("so far");
        if (ticks % SWEEP_TICKS == SWEEP_TICKS - 1) sweep(), install_handlers();
        children_stay = (profile & WITH_THREADS) && ticks % 16 < 8;
        call3(NR_nanosleep, (u64)&tick, 0, 0);
    }
    __atomic_store_n(&stopping, 1, __ATOMIC_RELAXED);
    for (u32 n = 0; n < 20; n++) tend(0), call3(NR_nanosleep, (u64)&tick, 0, 0);
    if ((sum_of(stone, stone + sizeof stone) ^ sum_of(text_start, text_end)) != before) fail("what is read-only was changed", 0, 0);
    report("done");
    for (;;) call3(NR_exit_group, 0, 0, 0);
}
