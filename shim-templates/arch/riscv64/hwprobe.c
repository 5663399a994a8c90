/* riscv_hwprobe(2): what the harts can do, as keys and values (Linux: Documentation/arch/riscv/hwprobe.rst,
 * arch/riscv/kernel/sys_hwprobe.c). Go asks for V, Zbb and the speed of misaligned loads.
 *
 * An extension is told if every hart has it: to a program all harts are alike. */
#include "abi.h"
#include "clock.h"
#include "cpu.h"
#include "machine.h"
#include "mem.h"
#include "platform/sbi.h"
#include "sys.h"
#include "thread.h"
#include "user.h"
#include "vector.h"

#define UNKNOWN_KEY -1

struct extension {
    const char *name;
    u64 bit;
};

/* Those that a program can use without the kernel's doing. ZICBOZ is not among them: its instruction is an
 * illegal one until senvcfg allows it, which harts of older specifications do not have. */
static const struct extension plain[] = {
    {"zba", RISCV_HWPROBE_EXT_ZBA}, {"zbb", RISCV_HWPROBE_EXT_ZBB}, {"zbs", RISCV_HWPROBE_EXT_ZBS},
    {"zbc", RISCV_HWPROBE_EXT_ZBC}, {"zbkb", RISCV_HWPROBE_EXT_ZBKB}, {"zbkc", RISCV_HWPROBE_EXT_ZBKC},
    {"zbkx", RISCV_HWPROBE_EXT_ZBKX}, {"zknd", RISCV_HWPROBE_EXT_ZKND}, {"zkne", RISCV_HWPROBE_EXT_ZKNE},
    {"zknh", RISCV_HWPROBE_EXT_ZKNH}, {"zksed", RISCV_HWPROBE_EXT_ZKSED}, {"zksh", RISCV_HWPROBE_EXT_ZKSH},
    {"zkt", RISCV_HWPROBE_EXT_ZKT}, {"zfh", RISCV_HWPROBE_EXT_ZFH}, {"zfhmin", RISCV_HWPROBE_EXT_ZFHMIN},
    {"zihintntl", RISCV_HWPROBE_EXT_ZIHINTNTL}, {"zfa", RISCV_HWPROBE_EXT_ZFA},
    {"ztso", RISCV_HWPROBE_EXT_ZTSO}, {"zacas", RISCV_HWPROBE_EXT_ZACAS},
    {"zicond", RISCV_HWPROBE_EXT_ZICOND}, {"zihintpause", RISCV_HWPROBE_EXT_ZIHINTPAUSE},
    {"zimop", RISCV_HWPROBE_EXT_ZIMOP}, {"zca", RISCV_HWPROBE_EXT_ZCA}, {"zcb", RISCV_HWPROBE_EXT_ZCB},
    {"zcd", RISCV_HWPROBE_EXT_ZCD}, {"zcmop", RISCV_HWPROBE_EXT_ZCMOP}, {"zawrs", RISCV_HWPROBE_EXT_ZAWRS},
};

/* Those that need vector registers. */
static const struct extension vectors[] = {
    {"v", RISCV_HWPROBE_IMA_V}, {"zvbb", RISCV_HWPROBE_EXT_ZVBB}, {"zvbc", RISCV_HWPROBE_EXT_ZVBC},
    {"zvkb", RISCV_HWPROBE_EXT_ZVKB}, {"zvkg", RISCV_HWPROBE_EXT_ZVKG}, {"zvkned", RISCV_HWPROBE_EXT_ZVKNED},
    {"zvknha", RISCV_HWPROBE_EXT_ZVKNHA}, {"zvknhb", RISCV_HWPROBE_EXT_ZVKNHB},
    {"zvksed", RISCV_HWPROBE_EXT_ZVKSED}, {"zvksh", RISCV_HWPROBE_EXT_ZVKSH}, {"zvkt", RISCV_HWPROBE_EXT_ZVKT},
    {"zvfh", RISCV_HWPROBE_EXT_ZVFH}, {"zvfhmin", RISCV_HWPROBE_EXT_ZVFHMIN},
    {"zve32x", RISCV_HWPROBE_EXT_ZVE32X}, {"zve32f", RISCV_HWPROBE_EXT_ZVE32F},
    {"zve64x", RISCV_HWPROBE_EXT_ZVE64X}, {"zve64f", RISCV_HWPROBE_EXT_ZVE64F},
    {"zve64d", RISCV_HWPROBE_EXT_ZVE64D},
};

static u64 bits_of(const struct extension *list, u32 count) {
    u64 bits = 0;
    for (u32 i = 0; i < count; i++)
        if (every_hart_has(list[i].name)) bits |= list[i].bit;
    return bits;
}

static u64 extensions(void) {
    u64 bits = RISCV_HWPROBE_IMA_FD | bits_of(plain, COUNT(plain));
    if (every_hart_has("c")) bits |= RISCV_HWPROBE_IMA_C;
    if (vlenb) bits |= bits_of(vectors, COUNT(vectors));
    return bits;
}

static void answer(struct abi_riscv_hwprobe *pair) {
    switch (pair->key) {
    case RISCV_HWPROBE_KEY_MVENDORID: pair->value = sbi_machine().vendor; break;
    case RISCV_HWPROBE_KEY_MARCHID: pair->value = sbi_machine().architecture; break;
    case RISCV_HWPROBE_KEY_MIMPID: pair->value = sbi_machine().implementation; break;
    case RISCV_HWPROBE_KEY_BASE_BEHAVIOR: pair->value = RISCV_HWPROBE_BASE_BEHAVIOR_IMA; break;
    case RISCV_HWPROBE_KEY_IMA_EXT_0: pair->value = extensions(); break;
    // Differs: Linux measures it when it boots. A wrong answer would be slow, this one is only modest.
    case RISCV_HWPROBE_KEY_CPUPERF_0:
    case RISCV_HWPROBE_KEY_MISALIGNED_SCALAR_PERF: pair->value = RISCV_HWPROBE_MISALIGNED_UNKNOWN; break;
    case RISCV_HWPROBE_KEY_ZICBOZ_BLOCK_SIZE: pair->value = 0; break;
    case RISCV_HWPROBE_KEY_HIGHEST_VIRT_ADDRESS: pair->value = USER_TOP - 1; break;
    case RISCV_HWPROBE_KEY_TIME_CSR_FREQ: pair->value = machine.timebase_frequency; break;
    default:
        pair->key = UNKNOWN_KEY;
        pair->value = 0;
    }
}

/* Does the set name a hart that runs? None at all means all of them. */
static int check_cpus(struct user_buf cpus) {
    u64 mask = 0;
    if (!cpus.base && !cpus.len) return 0;
    int error = user_read(&mask, cpus.base, MIN(cpus.len, sizeof mask));
    return error ? error : mask & sched_online_mask() ? 0 : -EINVAL;
}

long sys_riscv_hwprobe(struct abi_riscv_hwprobe *pairs, u64 pair_count, u64 cpusetsize, struct user_buf cpus,
                       u32 flags) {
    int error = check_cpus(cpus);
    for (u64 i = 0; !error && i < pair_count; i++) answer(&pairs[i]);
    return error;
}
