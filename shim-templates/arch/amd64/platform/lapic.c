/* The local APIC of each CPU (Intel SDM volume 3A, chapter 10).
 *
 * Two ways to its registers: memory (xAPIC), or model-specific registers (x2APIC), which also
 * have room for CPU numbers above 255. The numbers below are the memory offsets; x2APIC's are
 * derived. */
#include "../clock-source.h"
#include "../cpu-bits.h"
#include "../insn.h"
#include "../machine.h"
#include "physmap.h"
#include "apic.h"
#include "cpu-features.h"

enum lapic_register {
    LAPIC_ID = 0x20,
    LAPIC_TASK_PRIORITY = 0x80,
    LAPIC_EOI = 0xb0,
    LAPIC_SPURIOUS = 0xf0,
    LAPIC_COMMAND = 0x300,
    LAPIC_COMMAND_HIGH = 0x310,
    LAPIC_LVT_TIMER = 0x320,
    LAPIC_LVT_LINT0 = 0x350,
    LAPIC_LVT_LINT1 = 0x360,
    LAPIC_LVT_ERROR = 0x370,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,
};
#define BASE_ENABLE (1 << 11)
#define BASE_X2APIC (1 << 10)
#define SPURIOUS_ENABLE (1 << 8)
#define LVT_MASKED (1 << 16)
#define LVT_NMI (4 << 8)
#define LVT_TSC_DEADLINE (2 << 17)
#define DIVIDE_BY_1 0xb
#define COMMAND_NMI (4 << 8)
#define COMMAND_INIT (5 << 8)
#define COMMAND_STARTUP (6 << 8)
#define COMMAND_PENDING (1 << 12)
#define COMMAND_ASSERT (1 << 14)
#define COMMAND_TO_OTHERS (3 << 18)

static u8 *registers; /* NULL: x2APIC */

static u32 lapic_read(enum lapic_register r) {
    return registers ? mmio_read32(registers + r) : (u32)rdmsr(MSR_X2APIC + (r >> 4));
}

static void lapic_write(enum lapic_register r, u32 v) {
    if (registers) mmio_write32(registers + r, v);
    else wrmsr(MSR_X2APIC + (r >> 4), v);
}

void lapic_init(void) {
    if (!cpu_features.x2apic) registers = map_device(machine.local_apic, PAGE_SIZE);
}

void lapic_init_cpu(void) {
    u64 base = rdmsr(MSR_APIC_BASE) | BASE_ENABLE;
    wrmsr(MSR_APIC_BASE, base); // x2APIC cannot be reached from "off" in one step
    if (!registers) wrmsr(MSR_APIC_BASE, base | BASE_X2APIC);
    lapic_write(LAPIC_TASK_PRIORITY, 0);
    lapic_write(LAPIC_LVT_LINT0, LVT_MASKED); // the old interrupt controller
    lapic_write(LAPIC_LVT_LINT1, LVT_NMI);
    lapic_write(LAPIC_LVT_ERROR, LVT_MASKED);
    lapic_write(LAPIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
    lapic_write(LAPIC_LVT_TIMER, VECTOR_TIMER | (timer_is_deadline ? LVT_TSC_DEADLINE : 0));
    // Intel wants a fence between choosing deadline mode in memory and the first deadline
    __asm__ volatile("mfence" : : : "memory");
}

u32 lapic_id(void) { return registers ? lapic_read(LAPIC_ID) >> 24 : lapic_read(LAPIC_ID); }

void apic_end_of_interrupt(void) { lapic_write(LAPIC_EOI, 0); }

/* Interrupts are off, so the two halves of an xAPIC command cannot be torn apart. */
static void command(u32 apic_id, u32 low) {
    if (!registers) {
        // a store before the command must be seen by who handles it: WRMSR to x2APIC is no barrier
        __asm__ volatile("mfence; lfence" : : : "memory");
        wrmsr(MSR_X2APIC + (LAPIC_COMMAND >> 4), low | (u64)apic_id << 32);
        return;
    }
    while (lapic_read(LAPIC_COMMAND) & COMMAND_PENDING) __asm__ volatile("pause");
    lapic_write(LAPIC_COMMAND_HIGH, apic_id << 24);
    lapic_write(LAPIC_COMMAND, low);
}

void lapic_send_vector(u32 apic_id, u8 vector) { command(apic_id, COMMAND_ASSERT | vector); }
void lapic_send_init(u32 apic_id) { command(apic_id, COMMAND_ASSERT | COMMAND_INIT); }
void lapic_send_startup(u32 apic_id, pa_t page) {
    command(apic_id, COMMAND_ASSERT | COMMAND_STARTUP | (u32)(page >> PAGE_SHIFT));
}
void lapic_send_nmi_to_others(void) {
    command(0, COMMAND_TO_OTHERS | COMMAND_ASSERT | COMMAND_NMI);
}

void lapic_timer_start(u32 count) { lapic_write(LAPIC_TIMER_INITIAL, count); }
u32 lapic_timer_count(void) { return lapic_read(LAPIC_TIMER_CURRENT); }
