/* What the boot CPU can do, asked once: all CPUs of a machine are taken to be alike.
 * cpu-features.c */
#pragma once
#include "types.h"

struct cpu_features {
    bool smep, smap, umip;
    bool xsave, xsaveopt;
    bool x2apic, tsc_deadline, rdtscp;
    bool rdrand, rdseed;
    u32 hypervisor_leaf; /* highest CPUID leaf at 0x40000000, 0 if there is no hypervisor */
    bool kvm;            /* which is KVM */
};
extern struct cpu_features cpu_features;
void cpu_features_read(void);

/* Read by entry.S and user.S: 0 or 1. */
extern u8 cpu_has_smap;
