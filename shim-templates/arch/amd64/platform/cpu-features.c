/* CPUID, as far as the kernel uses it (Intel SDM volume 2A, CPUID). See cpu-features.h. */
#include "cpu-features.h"
#include "../insn.h"

#define BIT(word, n) (((word) >> (n)) & 1)

struct cpu_features cpu_features;
u8 cpu_has_smap;

void cpu_features_read(void) {
    struct cpu_features *f = &cpu_features;
    u32 highest = cpuid(0, 0).a;
    u32 extended = cpuid(0x80000000, 0).a;

    u32 c1 = cpuid(1, 0).c;
    f->x2apic = BIT(c1, 21);
    f->tsc_deadline = BIT(c1, 24);
    f->xsave = BIT(c1, 26);
    f->rdrand = BIT(c1, 30);

    if (highest >= 7) {
        struct cpuid seven = cpuid(7, 0);
        f->umip = BIT(seven.c, 2);
        f->smep = BIT(seven.b, 7);
        f->rdseed = BIT(seven.b, 18);
        f->smap = BIT(seven.b, 20);
    }
    if (f->xsave && highest >= 13) f->xsaveopt = BIT(cpuid(13, 1).a, 0);
    if (extended >= 0x80000001) f->rdtscp = BIT(cpuid(0x80000001, 0).d, 27);

    // bit 31 is no feature of any CPU: hypervisors set it
    if (BIT(c1, 31)) {
        struct cpuid h = cpuid(0x40000000, 0);
        f->hypervisor_leaf = h.a;
        f->kvm = h.b == 0x4b4d564b && h.c == 0x564b4d56 && h.d == 0x4d; // "KVMKVMKVM\0\0\0"
        if (f->kvm && h.a == 0) f->hypervisor_leaf = 0x40000001; // old KVM says 0
    }
}
