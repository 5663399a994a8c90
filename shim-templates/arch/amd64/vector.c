/* Vector state. See vector.h. (Intel SDM volume 1, chapter 13: XSAVE, standard format.)
 *
 * Eager: saved when a thread leaves its CPU, restored when it comes back, except that a thread
 * which finds its state still in the registers (only an idle thread ran in between) does not
 * load it again. AMX and protection keys are left out: 8 KiB a thread, and keys that would need
 * a system call. */
#include "vector.h"
#include "abi.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "platform/cpu-features.h"
#include "string.h"
#include "thread.h"

#define XFEATURE_X87 (1ull << 0)
#define XFEATURE_SSE (1ull << 1)
#define XFEATURE_AVX (1ull << 2)
#define XFEATURE_AVX512 (7ull << 5) /* mask registers, upper halves, upper registers */
#define CONTROL_INITIAL 0x37f
#define MXCSR_INITIAL 0x1f80
#define LEGACY_SIZE 512
#define ALIGNMENT 64

u32 vector_size = LEGACY_SIZE;
u64 vector_enabled;
struct vector_mark vector_mark;

_Static_assert(offsetof(struct abi_fpstate, sw_reserved.magic1) == 464, "user.S");
_Static_assert(offsetof(struct abi_fpstate, sw_reserved.xstate_size) == 480, "user.S");
_Static_assert(sizeof vector_mark.sw == 48 && sizeof vector_mark.header == 64, "user.S");

/* Header all zero: XRSTOR sets every component to its initial value and reads nothing behind
 * this. */
const struct {
    struct abi_fpstate legacy;
    struct abi_xstate_header header;
} ALIGNED(ALIGNMENT) vector_initial = {.legacy = {.cwd = CONTROL_INITIAL, .mxcsr = MXCSR_INITIAL}};

#define LOW_HIGH(v) "a"((u32)(v)), "d"((u32)((v) >> 32))

static void load(const void *area) {
    if (vector_enabled)
        __asm__ volatile("xrstor64 (%0)" : : "r"(area), LOW_HIGH(vector_enabled) : "memory");
    else __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void vector_save_whole(void *area) {
    if (vector_enabled)
        __asm__ volatile("xsave64 (%0)" : : "r"(area), LOW_HIGH(vector_enabled) : "memory");
    else __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

void vector_init_cpu(void) {
    if (cpu_features.xsave) {
        struct cpuid possible = cpuid(13, 0);
        u64 wanted = XFEATURE_X87 | XFEATURE_SSE | XFEATURE_AVX;
        vector_enabled = wanted & (possible.a | (u64)possible.d << 32);
        // AVX-512 is all three or none
        if ((vector_enabled & XFEATURE_AVX) && (possible.a & XFEATURE_AVX512) == XFEATURE_AVX512)
            vector_enabled |= XFEATURE_AVX512;
        xsetbv(0, vector_enabled);
        vector_size = cpuid(13, 0).b; // of what is enabled now
    }
    __asm__ volatile("fninit");
    if (vector_enabled)
        vector_mark.sw = (struct abi_fpx_sw_bytes){
            .magic1 = FP_XSTATE_MAGIC1, .extended_size = vector_size + FP_XSTATE_MAGIC2_SIZE,
            .xfeatures = vector_enabled, .xstate_size = vector_size,
        };
    vector_reset();
}

bool vector_alloc(struct thread *t) {
    t->arch.vector_allocation = kalloc(vector_size + ALIGNMENT);
    if (!t->arch.vector_allocation) return false;
    t->arch.vector = (void *)ALIGN_UP((u64)t->arch.vector_allocation, ALIGNMENT);
    memcpy(t->arch.vector, &vector_initial, LEGACY_SIZE);
    return true;
}

void vector_free(struct thread *t) {
    kfree(t->arch.vector_allocation);
    t->arch.vector = t->arch.vector_allocation = NULL;
}

void vector_save(struct thread *t) {
    if (cpu_features.xsaveopt)
        __asm__ volatile("xsaveopt64 (%0)"
                         : : "r"(t->arch.vector), LOW_HIGH(vector_enabled) : "memory");
    else vector_save_whole(t->arch.vector);
}

void vector_restore(struct thread *t) { load(t->arch.vector); }

void vector_reset(void) { load(&vector_initial); }
