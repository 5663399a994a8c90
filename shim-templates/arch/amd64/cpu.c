/* Making a CPU ours: segments, interrupt table, control registers, the system-call instruction.
 *
 * The boot CPU gets its descriptor tables in the first C function, so that even early faults are
 * reported; the rest, which needs memory, comes in arch_init_cpu(), on every CPU. */
#include "cpu.h"
#include "arch.h"
#include "early.h"
#include "insn.h"
#include "log.h"
#include "mem.h"
#include "platform/apic.h"
#include "platform/cpu-features.h"
#include "smp.h"
#include "vector.h"

#define GDT_INDEX(selector) ((selector) >> 3)
#define TRAP_STUB_SIZE 16
#define GATE_INTERRUPT 0x8e /* present, interrupts off on entry */
#define GATE_FROM_USER 0x60 /* the program may execute INT n for it */
#define SEGMENT_TSS 0x89

/* Interrupt descriptor (Intel SDM volume 3A, section 6.14.1). */
struct gate {
    u16 offset_low, selector;
    u8 ist, type;
    u16 offset_middle;
    u32 offset_high, reserved;
};

struct cpu *cpus[MAX_CPUS];
u32 cpu_count;

static struct cpu boot_cpu = {.self = &boot_cpu};
static struct gate idt[VECTOR_COUNT];

extern const char trap_stubs[], syscall_entry[];

static void load_table(const char *which, const void *table, u16 size) {
    struct PACKED {
        u16 limit;
        u64 base;
    } pointer = {size - 1, (u64)table};
    if (*which == 'g') __asm__ volatile("lgdt %0" : : "m"(pointer));
    else __asm__ volatile("lidt %0" : : "m"(pointer));
}

static void fill_gdt(struct cpu *cpu) {
    u64 *gdt = cpu->arch.gdt;
    gdt[GDT_INDEX(KERNEL_CS)] = 0x00af9b000000ffff; // 64-bit code
    gdt[GDT_INDEX(KERNEL_DS)] = 0x00cf93000000ffff;
    gdt[GDT_INDEX(USER_DS)] = 0x00cff3000000ffff;
    gdt[GDT_INDEX(USER_CS)] = 0x00affb000000ffff;
    // no 32-bit code segment: the program cannot leave 64-bit mode

    // two slots: the base of a task state segment has 64 bits
    u64 tss = (u64)&cpu->arch.tss;
    gdt[GDT_INDEX(TSS_SELECTOR)] = (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 |
                                   (u64)SEGMENT_TSS << 40 | (tss >> 24 & 0xff) << 56;
    gdt[GDT_INDEX(TSS_SELECTOR) + 1] = tss >> 32;
    cpu->arch.tss.io_map = sizeof(struct tss); // beyond the end: no port for the program

    // a data segment that means nothing; its limit is this CPU's number, for vDSO getcpu
    gdt[GDT_INDEX(CPU_NUMBER_SELECTOR)] = 0x0040f50000000000 | (cpu->id & 0xffff);
}

static void load_segments(struct cpu *cpu) {
    fill_gdt(cpu);
    load_table("gdt", cpu->arch.gdt, sizeof cpu->arch.gdt);
    __asm__ volatile("pushq %0; leaq 1f(%%rip), %%rax; pushq %%rax; lretq; 1:"
                     : : "i"(KERNEL_CS) : "rax", "memory");
    // fs and gs first: loading a selector clears the base
    __asm__ volatile("movl %0, %%fs; movl %0, %%gs; movl %0, %%ds; movl %0, %%es" : : "r"(0));
    __asm__ volatile("movl %0, %%ss" : : "r"(KERNEL_DS));
    wrmsr(MSR_GS_BASE, (u64)cpu);
    // After reset there is a local table at address 0, where the program could put call gates:
    // none.
    __asm__ volatile("lldt %w0" : : "r"(0));
    load_table("idt", idt, sizeof idt);
}

static void fill_idt(void) {
    for (u32 i = 0; i < VECTOR_COUNT; i++) {
        u64 stub = (u64)trap_stubs + i * TRAP_STUB_SIZE;
        idt[i] = (struct gate){
            .offset_low = (u16)stub,
            .selector = KERNEL_CS,
            .type = GATE_INTERRUPT,
            .offset_middle = (u16)(stub >> 16),
            .offset_high = (u32)(stub >> 32),
        };
    }
    idt[3].type |= GATE_FROM_USER; // INT3: Go's abort
    idt[4].type |= GATE_FROM_USER; // INTO
}

void cpu_init_early(void) {
    cpu_features_read();
    fill_idt();
    cpus[0] = &boot_cpu;
    load_segments(&boot_cpu);
    if (!(cpuid(0x80000001, 0).d & 1 << 20))
        refuse_to_boot("This CPU cannot forbid the execution of data (NX), or it is switched off.");
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
}

/* A CPU that smp.c starts: as the boot CPU after cpu_init_early(). */
void cpu_init_secondary(struct cpu *cpu) { load_segments(cpu); }

static void init_emergency_stacks(struct cpu *cpu) {
    struct tss *tss = &cpu->arch.tss;
    u32 stacks[] = {IST_NMI, IST_FATAL};
    for (u32 i = 0; i < COUNT(stacks); i++) {
        char *stack = kstack_alloc();
        if (!stack) refuse_to_boot("No memory is left for the kernel's stacks. Give the machine more (QEMU: -m).");
        tss->ist[stacks[i] - 1] = (u64)stack + KSTACK_SIZE;
    }
    __asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
    // the table is shared: the boot CPU is the first to have such stacks, the others before they
    // serve
    idt[2].ist = IST_NMI;
    idt[8].ist = IST_FATAL;
    idt[18].ist = IST_FATAL;
}

static void init_protection(void) {
    u64 cr4 = CR4_PAE | CR4_PGE | CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT;
    if (cpu_features.smep) cr4 |= CR4_SMEP;
    if (cpu_features.smap) cr4 |= CR4_SMAP;
    if (cpu_features.umip) cr4 |= CR4_UMIP;
    if (cpu_features.xsave) cr4 |= CR4_OSXSAVE;
    write_cr0(CR0_KERNEL);
    write_cr4(cr4);
    cpu_has_smap = cpu_features.smap;
}

static void init_syscall(void) {
    // SYSRET derives both user selectors from one number: stack = base + 8, code = base + 16
    wrmsr(MSR_STAR, (u64)USER32_CS << 48 | (u64)KERNEL_CS << 32);
    wrmsr(MSR_LSTAR, (u64)syscall_entry);
    wrmsr(MSR_CSTAR, 0); // from 32-bit code, which cannot exist
    wrmsr(MSR_SFMASK, RFLAGS_IF | RFLAGS_DF | RFLAGS_TF | RFLAGS_AC | RFLAGS_NT | RFLAGS_IOPL);
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE | EFER_NXE);
}

void arch_init_cpu(void) {
    struct cpu *cpu = this_cpu();
    fill_gdt(cpu); // now with the CPU's number
    init_emergency_stacks(cpu);
    init_protection();
    init_syscall();
    vector_init_cpu();
    wrmsr(MSR_FS_BASE, 0);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
    if (cpu_features.rdtscp) wrmsr(MSR_TSC_AUX, cpu->id);
}
