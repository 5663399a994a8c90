/* /proc/cpuinfo, as Linux writes it on x86 (arch/x86/kernel/cpu/proc.c). */
#include "arch.h"
#include "clock-source.h"
#include "cpu.h"
#include "insn.h"
#include "string.h"
#include "text.h"

#define LEAF_1 1
#define LEAF_7 7
#define LEAF_EXTENDED 0x80000001

/* Names of feature bits from bit 0 on, "-" for one without a name here, or which the kernel leaves
 * off for programs (fsgsbase, pku). `where` is the register: a, b, c, d. */
static const struct {
    u32 leaf;
    char where;
    const char *names;
} features[] = {
    {LEAF_1, 'd',
     "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn "
     "clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe"},
    {LEAF_1, 'c',
     "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 "
     "xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes "
     "xsave - avx f16c rdrand hypervisor"},
    {LEAF_7, 'b',
     "- tsc_adjust - bmi1 hle avx2 - smep bmi2 erms invpcid rtm - - - - "
     "avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb - - - - sha_ni "
     "avx512bw avx512vl"},
    {LEAF_7, 'c',
     "- avx512vbmi umip - - - avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni "
     "avx512_bitalg - avx512_vpopcntdq - - - - - - - rdpid"},
    {LEAF_EXTENDED, 'd',
     "- - - - - - - - - - - syscall - - - - - - - - nx - mmxext - - fxsr_opt pdpe1gb "
     "rdtscp - lm 3dnowext 3dnow"},
    {LEAF_EXTENDED, 'c',
     "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch"},
};

static void put_features(struct text *t) {
    for (u32 i = 0; i < COUNT(features); i++) {
        struct cpuid r = cpuid(features[i].leaf, 0);
        if (features[i].leaf == LEAF_7 && cpuid(0, 0).a < 7) continue;
        u32 bits = features[i].where == 'b' ? r.b : features[i].where == 'c' ? r.c : r.d;
        for (const char *name = features[i].names; *name; bits >>= 1) {
            const char *end = strchr(name, ' ');
            size_t length = end ? (size_t)(end - name) : strlen(name);
            if ((bits & 1) && *name != '-') {
                text_append(t, " ", 1);
                text_append(t, name, length);
            }
            name += end ? length + 1 : length;
        }
    }
}

static void brand(char text[49]) {
    memset(text, 0, 49);
    if (cpuid(0x80000000, 0).a < 0x80000004) return;
    for (u32 i = 0; i < 3; i++) {
        struct cpuid r = cpuid(0x80000002 + i, 0);
        memcpy(text + 16 * i, &r, 16);
    }
}

void arch_cpuinfo(struct text *t, u32 cpu) {
    struct cpuid zero = cpuid(0, 0), one = cpuid(1, 0);
    u32 vendor[3] = {zero.b, zero.d, zero.c};
    u32 family = one.a >> 8 & 15, model = one.a >> 4 & 15;
    if (family == 6 || family == 15) model |= one.a >> 12 & 0xf0;
    if (family == 15) family += one.a >> 20 & 0xff;
    char name[49];
    brand(name);
    u64 khz = tsc_frequency / 1000;

    text_printf(t, "processor\t: %u\nvendor_id\t: %.12s\ncpu family\t: %u\n", cpu, (char *)vendor, family);
    text_printf(t, "model\t\t: %u\nmodel name\t: %s\nstepping\t: %u\n", model, name, one.a & 15);
    text_printf(t, "cpu MHz\t\t: %lu.%03lu\n", khz / 1000, khz % 1000);
    text_printf(t, "physical id\t: 0\nsiblings\t: %u\ncore id\t\t: %u\n", cpu_count, cpu);
    text_printf(t, "cpu cores\t: %u\n", cpu_count);
    text_printf(t, "apicid\t\t: %u\nfpu\t\t: yes\nfpu_exception\t: yes\n", cpus[cpu]->hw_id);
    text_printf(t, "cpuid level\t: %u\nwp\t\t: yes\nflags\t\t:", zero.a);
    put_features(t);
    text_printf(t, "\nclflush size\t: %u\n\n", (one.b >> 8 & 0xff) * 8);
}
