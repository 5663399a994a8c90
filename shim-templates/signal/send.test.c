/* A thread that was told of a signal for the process, and ends before it takes it: another one is told. Runs on the host. */
#include "cpu.h"
#include "signal-local.h"
#include "mem.h"

int printf(const char *, ...);
_Noreturn void exit(int);
void *calloc(size_t, size_t);

static struct cpu cpu;
struct cpu *test_cpu = &cpu, *cpus[MAX_CPUS] = {&cpu};
u32 cpu_count = 1;
unsigned long test_ram;
struct process process = {.lock = SPINLOCK(LOCK_PROCESS)};
static struct thread *told;

void sched_wake(struct thread *t, u32 reason) {}
void sched_kick(struct thread *t) { told = t; }
void cpu_serve_requests(void) {}
void *kalloc(size_t size) { return calloc(1, size); }
void kfree(void *p) {}
enum signal_default signal_default_of(int signo) { return DEFAULT_TERMINATE; }

static void expect(bool holds, const char *what) {
    if (holds) return;
    printf("%s\n", what);
    exit(1);
}

int main(void) {
    static struct thread sender = {.tid = 1}, first = {.tid = 2}, second = {.tid = 3};
    struct thread *threads[] = {&sender, &first, &second};
    signals_init();
    list_init(&process.threads);
    for (u32 i = 0; i < COUNT(threads); i++) {
        thread_signals_init(&threads[i]->signals);
        list_push_back(&process.threads, &threads[i]->all_link);
    }
    for (int signo = 1; signo <= SIGNAL_COUNT; signo++) process.signals.actions[signo].handler = 4096;

    sender.signals.blocked = ~0ull;
    cpu.current = &sender;
    struct signal_info info = {.signo = SIGUSR1, .code = SI_USER};
    expect(signal_send_process(&info) == 0 && told == &first, "the first that takes it is told");

    cpu.current = &first;
    list_remove(&first.all_link);
    signals_leave(&first);
    expect(told == &second, "who ends takes along what it was told");

    expect(process.signals.pending.set == signal_bit(SIGUSR1), "it waits");
    printf("ok\n");
    return 0;
}
