/* Each wrong thing to do with locks, one by its name on the command line, against the check as it is. */
#include "cpu.h"
#include "log.h"

int printf(const char *format, ...);
int vprintf(const char *format, __builtin_va_list args);
int strcmp(const char *a, const char *b);
NORETURN void exit(int status);

unsigned long test_ram;
static struct cpu cpu;
struct cpu *test_cpu = &cpu, *cpus[MAX_CPUS] = {&cpu};
void cpu_serve_requests(void) {}

void panic(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    vprintf(format, args);
    __builtin_va_end(args);
    printf("\n");
    exit(1);
}

static struct spinlock process_lock = SPINLOCK(LOCK_PROCESS), pages_lock = SPINLOCK(LOCK_PAGES), unnamed;
static struct spinlock buckets[] = {SPINLOCK(LOCK_FUTEX), SPINLOCK(LOCK_FUTEX)};
static struct spinlock mm_lock = SPINLOCK(LOCK_MM);

static void right(void) {
    spin_lock(&process_lock);
    spin_lock(&buckets[0]);
    spin_lock_second(&buckets[1]);
    assert_may_fault();
    spin_lock(&pages_lock);
    // in any order
    spin_unlock(&process_lock);
    spin_unlock(&pages_lock);
    spin_unlock(&buckets[1]);
    spin_unlock(&buckets[0]);
    assert_no_locks("it sleeps");
    printf("ok\n");
}

static void wrong_order(void) {
    spin_lock(&pages_lock);
    spin_lock(&process_lock);
}

static void recursive(void) {
    spin_lock(&pages_lock);
    spin_lock(&pages_lock);
}

static void same_rank(void) {
    spin_lock(&buckets[0]);
    spin_lock(&buckets[1]);
}

static void second_is_lower(void) {
    spin_lock(&buckets[1]);
    spin_lock_second(&buckets[0]);
}

static void not_held(void) {
    spin_lock(&pages_lock);
    spin_unlock(&pages_lock);
    spin_unlock(&pages_lock);
}

static void asleep(void) {
    spin_lock(&pages_lock);
    assert_no_locks("it sleeps");
}

static void fault(void) {
    spin_lock(&mm_lock);
    assert_may_fault();
}

static void no_rank(void) { spin_lock(&unnamed); }

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(void);
    } cases[] = {{"right", right},         {"wrong-order", wrong_order},         {"recursive", recursive},
                 {"same-rank", same_rank}, {"second-is-lower", second_is_lower}, {"not-held", not_held},
                 {"asleep", asleep},       {"fault", fault},                     {"no-rank", no_rank}};
    for (u32 i = 0; i < COUNT(cases); i++)
        if (argc == 2 && strcmp(argv[1], cases[i].name) == 0) return cases[i].run(), 0;
    printf("no such case\n");
    return 2;
}
