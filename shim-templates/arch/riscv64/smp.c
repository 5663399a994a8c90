/* The other harts: started all at once by the firmware, waited for once.
 *
 * Each arrives in smp_hart_main() on its own kernel stack and waits until the boot hart knows who came. Only
 * then are numbers given, so that they have no holes. (SBI specification 2.0, chapter 9.) */
#include "smp.h"
#include "arch.h"
#include "boot.h"
#include "clock-source.h"
#include "cpu.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "machine.h"
#include "mem.h"
#include "platform/sbi.h"
#include "vector.h"

/* Who was promised comes, however busy the machine below us is: this long without a sign is a defect. */
#define START_TIMEOUT_US 20000000

bool stopping;
static struct cpu *starting[MAX_CPUS];
static u32 answered;

static struct cpu *prepare_cpu(u32 hart) {
    struct cpu *cpu = kalloc(sizeof *cpu);
    char *stack = kstack_alloc();
    if (!cpu || !stack) return NULL;
    cpu->self = cpu;
    cpu->hw_id = hart;
    cpu->kernel_stack_top = (u64)stack + KSTACK_SIZE;
    return cpu;
}

static u32 start_harts(void) {
    u32 count = 0, limit = options.max_cpus ? MIN(options.max_cpus, MAX_CPUS) : MAX_CPUS;
    pa_t entry = kernel_to_phys(smp_start_hart);
    for (u32 i = 0; i < machine.hart_count && count + 1 < limit; i++) {
        const struct hart *hart = &machine.harts[i];
        if (hart->id == cpus[0]->hw_id) continue;
        if (lacking_extension(hart)) {
            log_printf("hart %u has no %s extension: going on without it", hart->id, lacking_extension(hart));
            continue;
        }
        struct cpu *cpu = prepare_cpu(hart->id);
        if (!cpu) {
            log_printf("no memory for more than %u CPUs", count + 1);
            break;
        }
        if (sbi_start_hart(hart->id, entry, (u64)cpu)) starting[count++] = cpu;
        else log_printf("the firmware does not start hart %u: going on without it", hart->id);
    }
    return count;
}

/* A hart that has stopped itself came in at the image's first instruction, where it had no business (image/start.S):
 * it is asked again. */
static void wait_for_all(u32 count) {
    u64 end = rdtime() + machine.timebase_frequency / 1000000 * START_TIMEOUT_US;
    while (__atomic_load_n(&answered, __ATOMIC_ACQUIRE) < count && rdtime() < end) {
        for (u32 i = 0; i < count; i++) {
            struct cpu *cpu = starting[i];
            if (__atomic_load_n(&cpu->arch.start, __ATOMIC_ACQUIRE) == CPU_STARTING && sbi_hart_stopped(cpu->hw_id))
                sbi_start_hart(cpu->hw_id, kernel_to_phys(smp_start_hart), (u64)cpu);
        }
        arch_pause();
    }
}

/* Lets those who came go on, and waits until each can be given threads. */
static void release_all(u32 count) {
    cpu_count = 1;
    for (u32 i = 0; i < count; i++) {
        struct cpu *cpu = starting[i];
        u32 found = CPU_STARTING;
        __atomic_compare_exchange_n(&cpu->arch.start, &found, CPU_UNWANTED, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
        if (found != CPU_ARRIVED) {
            log_printf("hart %u does not start: going on without it", cpu->hw_id);
            continue;
        }
        cpu->id = cpu_count;
        cpus[cpu_count++] = cpu;
    }
    for (u32 i = 1; i < cpu_count; i++)
        __atomic_store_n(&cpus[i]->arch.start, CPU_RELEASED, __ATOMIC_RELEASE);
    for (u32 i = 1; i < cpu_count; i++)
        while (!__atomic_load_n(&cpus[i]->timers, __ATOMIC_ACQUIRE)) arch_pause();
}

u32 arch_start_cpus(void) {
    u32 count = start_harts();
    wait_for_all(count);
    release_all(count);
    return cpu_count;
}

NORETURN void smp_hart_main(struct cpu *cpu) {
    // who has other vector registers than the boot hart is of no use
    u32 found = CPU_STARTING, answer = v_matches() ? CPU_ARRIVED : CPU_UNWANTED;
    bool in_time = __atomic_compare_exchange_n(&cpu->arch.start, &found, answer, false, __ATOMIC_SEQ_CST,
                                               __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&answered, 1, __ATOMIC_SEQ_CST);
    if (!in_time || answer == CPU_UNWANTED) arch_halt();
    while (__atomic_load_n(&cpu->arch.start, __ATOMIC_ACQUIRE) == CPU_ARRIVED) arch_pause();
    arch_timer_set(UINT64_MAX);
    arch_init_cpu();
    cpu_main();
}

void arch_ipi(struct cpu *cpu) { sbi_send_ipi(cpu->hw_id); }

void arch_ipi_stop_all(void) {
    // the program is interrupted, a kernel that waits for something serves the request; one that does
    // neither leaves the kernel soon
    stopping = true;
    for (u32 i = 0; i < cpu_count; i++) {
        if (cpus[i] == this_cpu()) continue;
        __atomic_fetch_or(&cpus[i]->requests, CPU_REQUEST_STOP, __ATOMIC_SEQ_CST);
        sbi_send_ipi(cpus[i]->hw_id);
    }
}
