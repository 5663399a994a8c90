/* What this machine has, as its firmware describes it: ACPI (platform/acpi.c), or else the older MP
 * table (platform/mp-table.c), or else nothing: one CPU and the addresses every PC uses. machine.c */
#pragma once
#include "types.h"

#define ISA_INTERRUPTS 16
#define MAX_IO_APICS 8
#define MAX_LISTED_CPUS 256

struct io_apic {
    pa_t registers;
    u32 first_input; /* number of its input 0 among all ("global system interrupt") */
};

struct isa_interrupt {
    u32 input;
    bool level, active_low;
};

/* How ACPI switches the power off (ACPI 6.4, sections 4.8.3.2 and 4.8.3.7). */
struct acpi_sleep {
    bool known;             /* the sleep type for S5 was found */
    u8 type_a, type_b;
    u16 control_a, control_b; /* PM1 control ports; 0: none */
    u16 smi_port;           /* ACPI mode is switched on by writing `smi_enable` there */
    u8 smi_enable;
    pa_t sleep_register;    /* hardware-reduced machines: one byte instead of all that */
    bool sleep_register_is_port;
};

struct machine {
    u32 cpu_ids[MAX_LISTED_CPUS]; /* local APIC ids of usable CPUs, the boot CPU among them */
    u32 cpu_count;
    pa_t local_apic;
    struct io_apic io_apics[MAX_IO_APICS];
    u32 io_apic_count;
    struct isa_interrupt isa[ISA_INTERRUPTS];
    struct acpi_sleep sleep;
    u16 pm_timer_port;      /* counts at 3.579545 MHz; 0: none */
    u32 pm_timer_mask;      /* 24 or 32 bits */
    pa_t hpet;              /* 0: none */
    u8 century_register;    /* of the real-time clock; 0: none */
    bool virtio_mmio_expected; /* QEMU's microvm: see virtio-platform.c */
};
extern struct machine machine;

bool machine_read(pa_t rsdp); /* false: no table lists the CPUs */
void machine_add_cpu(u32 apic_id);

/* The two kinds of tables; false: there is none. */
bool acpi_read(pa_t rsdp);
bool mp_table_read(void);
