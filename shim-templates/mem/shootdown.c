/* TLB shootdown: making every CPU forget translations before their pages are used again.
 *
 * Shootdowns are numbered; a CPU's flush_generation is the number of the newest one it has obeyed.
 * Only one is under way at a time, because LOCK_MM is held, so one range suffices. A CPU that runs
 * is interrupted; one that spins or is in the kernel obeys from cpu_serve_requests(); an idle CPU
 * is left asleep: it uses no user address, and catches up in tlb_leave_idle().
 *
 * Invariant (with sched): `idle` becomes false before the generation is read, and the generation is
 * raised before `idle` is read, both sequentially consistent. So either the initiator sees a
 * running CPU, or the CPU sees the new generation. */
#include "arch.h"
#include "cpu.h"
#include "mem.h"

static u64 generation;
static uptr range_start, range_end; /* of shootdown number `generation` */

static bool idle(struct cpu *cpu) { return __atomic_load_n(&cpu->idle, __ATOMIC_SEQ_CST); }
static u64 obeyed(struct cpu *cpu) {
    return __atomic_load_n(&cpu->flush_generation, __ATOMIC_ACQUIRE);
}

static void shoot(uptr start, uptr end, bool idle_too) {
    arch_tlb_flush(start, end);
    if (cpu_count <= 1) return;

    range_start = start;
    range_end = end;
    u64 number = __atomic_add_fetch(&generation, 1, __ATOMIC_SEQ_CST);
    struct cpu *me = this_cpu();
    __atomic_store_n(&me->flush_generation, number, __ATOMIC_RELEASE);

    // ask all first, then wait: they flush at the same time
    for (u32 i = 0; i < cpu_count; i++)
        if (cpus[i] != me && (idle_too || !idle(cpus[i]))) cpu_request(cpus[i], CPU_REQUEST_FLUSH);
    for (u32 i = 0; i < cpu_count; i++)
        while (obeyed(cpus[i]) < number && (idle_too || !idle(cpus[i]))) {
            arch_pause();
            cpu_serve_requests();
        }
}

void tlb_shootdown(uptr start, uptr end) { shoot(start, end, false); }
void tlb_shootdown_tables(uptr start, uptr end) { shoot(start, end, true); }

void tlb_serve_flush(void) {
    struct cpu *me = this_cpu();
    u64 number = __atomic_load_n(&generation, __ATOMIC_SEQ_CST);
    u64 mine = me->flush_generation;
    if (mine == number) return;
    // The range is that of the newest number only; whoever slept through more flushes all. So does whoever is woken
    // from its rest: nobody waits for it, and the range may be changing.
    if (number == mine + 1 && !idle(me)) arch_tlb_flush(range_start, range_end);
    else arch_tlb_flush_all();
    __atomic_store_n(&me->flush_generation, number, __ATOMIC_RELEASE);
}

void tlb_leave_idle(void) {
    struct cpu *me = this_cpu();
    __atomic_store_n(&me->idle, false, __ATOMIC_SEQ_CST);
    u64 number = __atomic_load_n(&generation, __ATOMIC_SEQ_CST);
    if (me->flush_generation == number) return;
    arch_tlb_flush_all();
    __atomic_store_n(&me->flush_generation, number, __ATOMIC_RELEASE);
}
