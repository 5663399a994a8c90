/* Idle CPUs, and how a CPU begins to schedule.
 *
 * Every CPU has an idle thread (tid 0) that is never on a queue and runs when nothing else can.
 * When all threads sleep and nothing can ever wake them, all CPUs rest here for ever, as they
 * would on Linux, and use no power: the Go runtime reports its own deadlocks before that. */
#include "sched.h"
#include "clock.h"
#include "log.h"
#include "mem.h"

void idle_loop(void) {
    struct cpu *cpu = this_cpu();
    for (;;) {
        // Say so first, then look: who queues a thread after the look sees the bit.
        __atomic_or_fetch(&idle_cpus, cpu_bit(cpu), __ATOMIC_SEQ_CST);
        if (sched_run_next()) continue;

        // An interrupt that comes from here on stays pending until the halt, and ends it.
        __atomic_store_n(&cpu->idle, true, __ATOMIC_SEQ_CST);
        bool work = queue_length(cpu) || __atomic_load_n(&cpu->requests, __ATOMIC_SEQ_CST);
        if (!work) {
            assert_no_locks("it rests");
            arch_idle_wait();
        }
        stack_left_idle(PATH_IDLE);
        tlb_leave_idle(); // no longer idle, and obeys the flushes that were not sent here
        cpu_serve_requests();
    }
}

void sched_init_cpu(struct cpu *cpu) {
    struct sched_cpu *queue = kalloc(sizeof *queue);
    struct thread *idle = kalloc(sizeof *idle);
#ifdef KERNEL_DEBUG
    cpu->first_stack_top = cpu->kernel_stack_top;
#endif
    if (!queue || !idle) refuse_to_boot("No memory is left for CPU %u. Give the machine more (QEMU: -m).", cpu->id);
    queue->lock = SPINLOCK(LOCK_RUNQUEUE);
    list_init(&queue->queue);

    // The idle thread is whatever runs on this CPU already: it needs no start.
    thread_signals_init(&idle->signals);
    list_init(&idle->run_link);
    list_init(&idle->cpu_timers);
    idle->cpu_timer_next = FOREVER;
    idle->state = THREAD_RUNNABLE;
    idle->on_cpu = true;
    idle->cpu = cpu;
    idle->affinity = cpu_bit(cpu);
    __builtin_memcpy(idle->name, "idle", 5);

    cpu->idle_thread = idle;
    cpu->current = idle;
    timers_init_cpu();
    __atomic_store_n(&cpu->sched, queue, __ATOMIC_RELEASE); // last: sched_start() waits for it
}

static u32 started; /* the first thread exists, and so does every CPU's queue */

void cpu_main(void) {
    sched_init_cpu(this_cpu());
    // An interrupt that comes after the look stays pending until the halt.
    while (!__atomic_load_n(&started, __ATOMIC_ACQUIRE)) {
        arch_idle_wait();
        cpu_serve_requests();
    }
    idle_loop();
}

void sched_start(struct thread *first) {
    for (u32 i = 0; i < cpu_count; i++)
        while (!__atomic_load_n(&cpus[i]->sched, __ATOMIC_ACQUIRE)) arch_pause();
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
    for (u32 i = 0; i < cpu_count; i++)
        if (cpus[i] != this_cpu()) cpu_request(cpus[i], CPU_REQUEST_RESCHEDULE);

    // The program begins on this CPU: nothing else is queued, so the loop switches to it at once.
    thread_enlist(first);
    place_enqueue(first);
    stack_left_idle(PATH_BOOT);
    idle_loop();
}

void thread_start(struct thread *previous) {
    sched_finish(previous);
    struct regs *regs = current()->regs;
    return_to_user(regs);
    stack_left(PATH_THREAD_START);
    arch_enter_user(regs);
}
