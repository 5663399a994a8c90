/* Timers and the clock against a model that is too simple to be wrong: an array of deadlines.
 *
 * Runs on the host, with a counter that the test moves. Random timers are armed, moved,
 * cancelled; time passes; what fires must be exactly what was due, earliest first, and the
 * hardware must have been set to no later than that. The first argument is the seed, the second
 * the frequency of the counter. */
#include "arch.h"
#include "clock.h"
#include "cpu-timer.h"
#include "cpu.h"
#include "log.h"
#include "mem.h"
#include "thread.h"

int printf(const char *, ...);
_Noreturn void exit(int);
unsigned long strtoul(const char *, char **, int);
void *calloc(size_t, size_t);
void *aligned_alloc(size_t, size_t);

/* --- the rest of the kernel
 * ---------------------------------------------------------------------- */

static struct thread thread = {.tid = 1};
static struct cpu cpu = {.current = &thread};
struct cpu *test_cpu = &cpu, *cpus[MAX_CPUS] = {&cpu};
u32 cpu_count = 1;
unsigned long test_ram;
static u64 ticks = 5000000000, hardware = UINT64_MAX;

u64 arch_ticks(void) { return ticks; }
void arch_timer_set(u64 at) { hardware = at; }
i64 arch_wall_clock(void) { return 1700000000000000000; }
void cpu_serve_requests(void) {}
void sched_tick(u64 now) {}
u64 sched_next_event(void) { return FOREVER; }
void cpu_timers_tick(void) {}
u64 cpu_timers_next_event(void) { return FOREVER; }
void *kalloc(size_t size) { return calloc(1, size); }
pa_t page_alloc_zeroed(void) { return PAGE_SIZE; }
void panic(const char *format, ...) {
    printf("panic: %s\n", format);
    exit(1);
}
void refuse_to_boot(const char *format, ...) { panic("%s", format); }
#define expect(cond) ((cond) ? (void)0 : panic("line " EXPAND(__LINE__) ": " #cond))
#define EXPAND(x) TEXT(x)
#define TEXT(x) #x

/* --- the model
 * ----------------------------------------------------------------------------------- */

#define TIMERS 200
static struct timer timers[TIMERS];
static u64 due[TIMERS]; /* 0: not armed */
static u64 seed, fired, last_deadline;

static u32 random_below(u32 n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (u32)((seed >> 20) % n);
}

static u64 earliest(void) {
    u64 first = FOREVER;
    for (u32 i = 0; i < TIMERS; i++)
        if (due[i]) first = MIN(first, due[i]);
    return first;
}

static void fire(struct timer *timer);

static void arm(u32 i) {
    due[i] = clock_now() + random_below(50) * random_below(1000000);
    timer_arm(&timers[i], due[i], fire);
}

static void fire(struct timer *timer) {
    u32 i = (u32)(timer - timers);
    expect(due[i] && due[i] <= clock_now());
    expect(due[i] == earliest());
    expect(due[i] >= last_deadline);
    last_deadline = due[i];
    due[i] = 0;
    fired++;
    // some arm themselves again, as periodic ones do; not for a time that is over
    if (random_below(4) == 0) {
        due[i] = clock_now() + 1 + random_below(1000000);
        timer_arm(timer, due[i], fire);
    }
}

static void pass_time(void) {
    ticks += random_below(3000000);
    last_deadline = 0;
    if (hardware <= ticks) timer_interrupt();
    expect(earliest() > clock_now());
}

/* Set in time, to the tick or to 2 in a thousand million. */
static void check_hardware(u64 frequency) {
    u64 first = earliest(), now = clock_now();
    if (first == FOREVER) return;
    expect(hardware != UINT64_MAX);
    u64 before = ticks;
    ticks = hardware;
    u64 then = clock_now(), tick = 1000000000 / frequency + 1;
    ticks = before;
    expect(then <= MAX(first, now) + 3 * tick + ((first - now) >> 29));
}

int main(int argc, char **argv) {
    seed = strtoul(argv[1], NULL, 10) * 0x9e3779b97f4a7c15ull + 1;
    u64 frequency = strtoul(argv[2], NULL, 10);
    test_ram = (unsigned long)aligned_alloc(PAGE_SIZE, 4 * PAGE_SIZE);
    clock_init(frequency);
    expect(clock_now() >= 1);
    timers_init_cpu();

    u64 start = clock_now(), begin = ticks, steps = 100000;
    for (u64 step = 0; step < steps; step++) {
        u32 i = random_below(TIMERS);
        u64 before = clock_now();
        if (random_below(3)) arm(i);
        else timer_cancel(&timers[i]), due[i] = 0, timer_reprogram();
        if (due[i] && due[i] <= clock_now()) ticks++; // armed for now: the interrupt comes at once
        if (random_below(4) == 0) pass_time();
        else if (hardware <= ticks) last_deadline = 0, timer_interrupt();
        check_hardware(frequency);
        expect(clock_now() >= before);
    }
    expect(hardware != UINT64_MAX || earliest() == FOREVER);
    // the clock keeps the counter's time: whole seconds to a part in 10^10
    ticks = begin + frequency * 1000;
    expect(clock_now() - start - 1000000000000 + 100 <= 200);
    clock_start_wall();
    // what the wall clock begins with is kept to a tick, and a deadline on it is never early
    i64 late = arch_wall_clock() - clock_wall(), tick = (i64)(1000000000 / frequency) + 1;
    expect(late >= 0 && late <= tick);
    i64 offset = clock_wall() - (i64)clock_now() - clock_wall_offset();
    expect(offset == 0 || offset == 1);
    printf("ok: %lu fired\n", fired);
    return 0;
}
