/* How fast the time-stamp counter and the APIC timer run: told by the hypervisor or the CPU, or
 * measured.
 *
 * Measuring takes 5 ms, with readings of which the quickest of several is used: an interruption
 * by a hypervisor then costs nothing but another try. The error stays near 0.01 %. */
#include "clock-source.h"
#include "clock.h"
#include "cpu.h"
#include "insn.h"
#include "log.h"
#include "platform/apic.h"
#include "platform/cpu-features.h"

#define WINDOW_PER_SECOND 200 /* a measurement takes 1/200 s */
#define TRIES 8

u64 tsc_frequency, lapic_timer_frequency;
bool timer_is_deadline;

/* CPUID 15h: ratio to a crystal; 16h: nominal MHz; 40000010h: kHz, from KVM and VMware. */
static u64 told_frequency(void) {
    if (cpu_features.hypervisor_leaf >= 0x40000010 && cpuid(0x40000010, 0).a)
        return cpuid(0x40000010, 0).a * 1000ull;
    u64 kvm = kvm_clock_tsc_frequency();
    if (kvm) return kvm;
    u32 highest = cpuid(0, 0).a;
    if (highest >= 0x15) {
        struct cpuid ratio = cpuid(0x15, 0);
        if (ratio.a && ratio.b && ratio.c) return (u64)ratio.c * ratio.b / ratio.a;
        // crystal not told, but the ratio exists: the nominal frequency is exact on such CPUs
        if (ratio.a && ratio.b && highest >= 0x16) return cpuid(0x16, 0).a * 1000000ull;
    }
    return 0;
}

struct sample {
    u64 tsc;
    u32 reference, apic;
};

static struct sample take_sample(struct reference_clock *clock) {
    struct sample best = {0};
    u64 best_width = UINT64_MAX;
    for (u32 i = 0; i < TRIES; i++) {
        u64 before = rdtsc();
        u32 reference = clock->read();
        u32 apic = lapic_timer_count();
        u64 width = rdtsc() - before;
        if (width >= best_width) continue;
        best_width = width;
        best = (struct sample){before + width / 2, reference, apic};
    }
    return best;
}

static void measure(void) {
    struct reference_clock clock;
    if (!reference_clock_find(&clock)) {
        // Go on all the same: everything works, at a wrong speed.
        log_printf("no timer of known speed: clocks may be wrong, taking the CPU's for 1 GHz");
        tsc_frequency = lapic_timer_frequency = 1000000000;
        return;
    }
    u32 window = clock.frequency / WINDOW_PER_SECOND;
    lapic_timer_start(UINT32_MAX);
    struct sample first = take_sample(&clock);
    while (((clock.read() - first.reference) & clock.mask) < window) arch_pause();
    struct sample last = take_sample(&clock);
    lapic_timer_start(0);

    u64 elapsed = (last.reference - first.reference) & clock.mask;
    if (!tsc_frequency) tsc_frequency = (last.tsc - first.tsc) * clock.frequency / elapsed;
    lapic_timer_frequency = (u64)(first.apic - last.apic) * clock.frequency / elapsed;
}

void clock_source_init(void) {
    timer_is_deadline = cpu_features.tsc_deadline;
    tsc_frequency = told_frequency();
    if (!tsc_frequency || !timer_is_deadline) measure();
    clock_init(tsc_frequency);
}

void delay_us(u64 us) {
    u64 end = rdtsc() + tsc_frequency / 1000000 * us;
    while ((i64)(end - rdtsc()) > 0) arch_pause();
}
