/* From the firmware's tables, whichever there are, to struct machine. */
#include "machine.h"

#define DEFAULT_LOCAL_APIC 0xfee00000
#define DEFAULT_IO_APIC 0xfec00000

struct machine machine;

/* A machine that lists a CPU twice (local APIC and x2APIC entries) has it once. */
void machine_add_cpu(u32 apic_id) {
    for (u32 i = 0; i < machine.cpu_count; i++)
        if (machine.cpu_ids[i] == apic_id) return;
    if (machine.cpu_count < MAX_LISTED_CPUS) machine.cpu_ids[machine.cpu_count++] = apic_id;
}

bool machine_read(pa_t rsdp) {
    for (u32 i = 0; i < ISA_INTERRUPTS; i++) machine.isa[i].input = i;
    bool listed = acpi_read(rsdp) || mp_table_read();
    if (!machine.local_apic) machine.local_apic = DEFAULT_LOCAL_APIC;
    if (!machine.io_apic_count)
        machine.io_apics[machine.io_apic_count++] = (struct io_apic){DEFAULT_IO_APIC, 0};
    return listed;
}
