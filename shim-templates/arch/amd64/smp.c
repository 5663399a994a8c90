/* The other CPUs: started all at once, waited for once.
 *
 * Each starts in real mode in the trampoline page (platform/trampoline.S), finds its struct cpu by its
 * APIC id, and waits on its own kernel stack until the boot CPU knows who came. Only then are
 * numbers given, so that they have no holes. (Intel SDM volume 3A, section 8.4.4: INIT, then
 * STARTUP twice.) */
#include "smp.h"
#include "arch.h"
#include "boot.h"
#include "clock-source.h"
#include "clock.h"
#include "cpu.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "machine.h"
#include "mem.h"
#include "platform/apic.h"
#include "platform/cpu-features.h"
#include "string.h"

_Static_assert(offsetof(struct cpu, hw_id) == 36, "trampoline.S");

#define START_TIMEOUT_US 5000000 /* a host with fewer CPUs than the machine may take its time */
#define SECOND_STARTUP_US 300
#define INIT_DELAY_US 10000 /* old CPUs need it; hypervisors do not */

bool stopping;
struct cpu *starting_cpus[MAX_CPUS]; /* ends with NULL */
u64 starting_root;                   /* CR3 of the kernel */
static u32 arrived;

/* Long mode begins with a one-to-one map of the trampoline, and CR3 has 32 bits until then: a
 * copy of the root, plus tables for the first 2 MiB, in pages below 640 KiB. */
static void prepare_trampoline(void) {
    u8 *page = phys_to_virt(trampoline_pages);
    memcpy(page, trampoline_start, trampoline_end - trampoline_start);
    pte_t *root = (pte_t *)(page + PAGE_SIZE);
    pte_t *level2 = root + PT_ENTRIES, *level1 = level2 + PT_ENTRIES;
    memcpy(root, kernel_root, PAGE_SIZE);
    memset(level2, 0, 2 * PAGE_SIZE);
    root[0] = pte_table(virt_to_phys(level2));
    level2[0] = pte_table(virt_to_phys(level1));
    level1[0] = pte_kernel_leaf(0, PROT_R | PROT_W | PROT_X, 1);

    struct trampoline_data *data = (void *)(page + (trampoline_values - trampoline_start));
    data->root = (u32)virt_to_phys(root);
    data->gdt_base += (u32)trampoline_pages;
    data->jump_target += (u32)trampoline_pages;
    starting_root = read_cr3();
}

static struct cpu *prepare_cpu(u32 apic_id) {
    struct cpu *cpu = kalloc(sizeof *cpu);
    char *stack = kstack_alloc();
    if (!cpu || !stack) return NULL;
    cpu->self = cpu;
    cpu->hw_id = apic_id;
    cpu->kernel_stack_top = (u64)stack + KSTACK_SIZE;
    return cpu;
}

static u32 prepare_cpus(void) {
    u32 count = 0, limit = options.max_cpus ? MIN(options.max_cpus, MAX_CPUS) : MAX_CPUS;
    for (u32 i = 0; i < machine.cpu_count && count + 1 < limit; i++) {
        if (machine.cpu_ids[i] == cpus[0]->hw_id) continue;
        if (!cpu_features.x2apic && machine.cpu_ids[i] > 0xfe) continue; // cannot be addressed
        struct cpu *cpu = prepare_cpu(machine.cpu_ids[i]);
        if (!cpu) {
            log_printf("no memory for more than %u CPUs", count + 1);
            break;
        }
        starting_cpus[count++] = cpu;
    }
    return count;
}

/* While they wait, all CPUs show each other their time-stamp counters. One that reads less than
 * another has shown before is behind: then the clock must be made monotonic by the kernel, and
 * the vDSO is off. */
static void compare_clocks(void) {
    static u64 latest;
    u64 shown = __atomic_load_n(&latest, __ATOMIC_ACQUIRE);
    u64 mine = rdtsc();
    if (mine < shown) __atomic_store_n(&vdso_data->usable, 0, __ATOMIC_RELAXED);
    else __atomic_compare_exchange_n(&latest, &shown, mine, false, __ATOMIC_RELEASE,
                                     __ATOMIC_RELAXED);
    arch_pause();
}

static bool wait_for_all(u32 count, u64 us) {
    u64 end = rdtsc() + tsc_frequency / 1000000 * us;
    while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < count && rdtsc() < end) compare_clocks();
    return arrived >= count;
}

static void wake_all(u32 count) {
    for (u32 i = 0; i < count; i++) lapic_send_init(starting_cpus[i]->hw_id);
    if (!cpu_features.hypervisor_leaf) delay_us(INIT_DELAY_US);
    for (u32 i = 0; i < count; i++) lapic_send_startup(starting_cpus[i]->hw_id, trampoline_pages);
    if (wait_for_all(count, SECOND_STARTUP_US)) return;
    // a CPU that has started ignores the second one
    for (u32 i = 0; i < count; i++) lapic_send_startup(starting_cpus[i]->hw_id, trampoline_pages);
    wait_for_all(count, START_TIMEOUT_US);
}

/* Lets those who came go on, and waits until each can be given threads. */
static void release_all(u32 count) {
    cpu_count = 1;
    for (u32 i = 0; i < count; i++) {
        struct cpu *cpu = starting_cpus[i];
        if (__atomic_load_n(&cpu->arch.start, __ATOMIC_ACQUIRE) != CPU_ARRIVED) {
            log_printf("the CPU with APIC id %u does not start: going on without it", cpu->hw_id);
            __atomic_store_n(&cpu->arch.start, CPU_UNWANTED, __ATOMIC_RELEASE);
            continue;
        }
        cpu->id = cpu_count;
        cpus[cpu_count++] = cpu;
    }
    for (u32 i = 1; i < cpu_count; i++)
        __atomic_store_n(&cpus[i]->arch.start, CPU_RELEASED, __ATOMIC_RELEASE);
    for (u32 i = 1; i < cpu_count; i++)
        while (!__atomic_load_n(&cpus[i]->timers, __ATOMIC_ACQUIRE)) compare_clocks();
}

u32 arch_start_cpus(void) {
    u32 count = prepare_cpus();
    if (count && !trampoline_pages) {
        log_printf("no memory below 640 KiB to start other CPUs: going on with one");
        count = 0;
    }
    if (count) {
        prepare_trampoline();
        wake_all(count);
    }
    release_all(count);
    return cpu_count;
}

NORETURN void secondary_main(struct cpu *cpu) {
    cpu_init_secondary(cpu);
    u32 expected = CPU_STARTING;
    if (!__atomic_compare_exchange_n(&cpu->arch.start, &expected, CPU_ARRIVED, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        arch_halt();
    __atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&cpu->arch.start, __ATOMIC_ACQUIRE) == CPU_ARRIVED) compare_clocks();
    if (cpu->arch.start != CPU_RELEASED) arch_halt();
    arch_init_cpu();
    lapic_init_cpu();
    cpu_main();
}

void arch_ipi(struct cpu *cpu) { lapic_send_vector(cpu->hw_id, VECTOR_IPI); }

void arch_ipi_stop_all(void) {
    // kernel code takes no interrupts, so it must be one that cannot be refused
    stopping = true;
    lapic_send_nmi_to_others();
}
