/* KVM's paravirtual clock (Linux Documentation/virt/kvm/x86/msr.rst): exact where the CMOS clock
 * counts whole seconds, and it tells the counter's frequency. Used twice during boot, then
 * switched off. */
#include "../clock-source.h"
#include "../early.h"
#include "../insn.h"
#include "cpu-features.h"

#define MSR_KVM_WALL_CLOCK 0x4b564d00
#define MSR_KVM_SYSTEM_TIME 0x4b564d01
#define KVM_FEATURES 0x40000001
#define FEATURE_CLOCKSOURCE2 (1 << 3)
#define NS 1000000000ull

/* Written by the hypervisor; `version` is odd while it writes. */
static volatile struct {
    u32 version, pad;
    u64 tsc_timestamp, system_time;
    u32 mul;
    i8 shift;
    u8 flags, pad2[2];
} time ALIGNED(64);

static volatile struct {
    u32 version, seconds, nanoseconds;
} wall ALIGNED(16);

static bool available(void) {
    return cpu_features.kvm && (cpuid(KVM_FEATURES, 0).a & FEATURE_CLOCKSOURCE2);
}

static void enable(void) { wrmsr(MSR_KVM_SYSTEM_TIME, kernel_to_phys((void *)&time) | 1); }
static void disable(void) { wrmsr(MSR_KVM_SYSTEM_TIME, 0); }

/* ns = ((ticks << shift) * mul) >> 32, a negative shift going right. */
u64 kvm_clock_tsc_frequency(void) {
    if (!available()) return 0;
    enable();
    u64 frequency = time.mul ? (NS << 32) / time.mul : 0;
    frequency = time.shift >= 0 ? frequency >> time.shift : frequency << -time.shift;
    disable();
    return frequency;
}

i64 kvm_clock_wall(void) {
    if (!available()) return 0;
    enable();
    wrmsr(MSR_KVM_WALL_CLOCK, kernel_to_phys((void *)&wall));
    u64 ticks = rdtsc() - time.tsc_timestamp;
    ticks = time.shift >= 0 ? ticks << time.shift : ticks >> -time.shift;
    u64 since_boot = time.system_time + (u64)(((unsigned __int128)ticks * time.mul) >> 32);
    disable();
    if (wall.seconds == 0) return 0;
    return (i64)(wall.seconds * NS + wall.nanoseconds + since_boot);
}
