/* Shootdown and rest, in the one order that needs a hand: a CPU was asked to flush just before it began to rest. Nobody
 * waits for it, so the next shootdown may be writing its range when the interrupt comes and the CPU obeys the first.
 *
 * Runs on the host; the file under test is included, so that a shootdown can stand half done. */
#include "shootdown.c"

int printf(const char *, ...);
_Noreturn void exit(int);

static struct cpu sleeper = {.id = 1}, initiator;
struct cpu *test_cpu = &initiator, *cpus[MAX_CPUS] = {&initiator, &sleeper};
u32 cpu_count = 2;
unsigned long test_ram;

#define PAGES 4u
static bool remembered[PAGES]; /* by the sleeper's TLB */
static void forget(uptr start, uptr end) {
    if (this_cpu() == &sleeper)
        for (uptr page = start; page < end; page++) remembered[page] = false;
}
void arch_tlb_flush(uptr start, uptr end) { forget(start, end); }
void arch_tlb_flush_all(void) { forget(0, PAGES); }

static u32 requests;
void cpu_request(struct cpu *cpu, enum cpu_request request) { requests++; }

/* The initiator waits. Meanwhile the sleeper begins to rest, or obeys. */
static bool rests_instead = true;
void cpu_serve_requests(void) {
    if (rests_instead) {
        sleeper.idle = true;
        return;
    }
    test_cpu = &sleeper;
    tlb_serve_flush();
    test_cpu = &initiator;
}

static void expect(bool holds, const char *what) {
    if (holds) return;
    printf("%s\n", what);
    exit(1);
}

int main(void) {
    remembered[1] = remembered[3] = true;
    tlb_shootdown(1, 2);
    expect(requests == 1 && sleeper.idle, "the sleeper was asked, and rests without an answer");
    // the next one: page 3, not yet numbered
    range_start = 3;
    range_end = 4;

    test_cpu = &sleeper;
    tlb_serve_flush();
    tlb_leave_idle();
    expect(!remembered[1], "who was woken remembers what was taken before it rested");

    test_cpu = &initiator;
    rests_instead = false;
    remembered[1] = remembered[3] = true;
    tlb_shootdown(3, 4);
    expect(requests == 2, "who no longer rests is asked");
    expect(!remembered[3] && remembered[1], "who runs flushes what it is asked to");
    printf("ok\n");
    return 0;
}
