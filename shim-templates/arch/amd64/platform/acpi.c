/* ACPI's static tables (ACPI 6.4, chapter 5): CPUs, interrupt controllers, timers, power.
 *
 * No AML is interpreted. The only thing wanted from it is the sleep type of S5, a package of
 * constants under a fixed name, which is found by its bytes. */
#include "../early.h"
#include "../machine.h"
#include "physmap.h"
#include "mem.h"
#include "string.h"

#define LONGEST_TABLE (16 * MIB)
#define HEADER_SIZE 36
#define FADT_DSDT 40
#define FADT_SMI_COMMAND 48
#define FADT_ACPI_ENABLE 52
#define FADT_PM1A_CONTROL 64
#define FADT_PM1B_CONTROL 68
#define FADT_PM_TIMER 76
#define FADT_CENTURY 108
#define FADT_FLAGS 112
#define FADT_X_DSDT 140
#define FADT_SLEEP_CONTROL 244
#define FLAG_TIMER_32_BITS (1 << 8)
#define FLAG_HARDWARE_REDUCED (1 << 20)
#define ADDRESS_IN_PORTS 1

static u32 table_length(const u8 *table) { return read_u32(table + 4); }

/* NULL for what no table is: firmware with such pointers has others that are good. Checksums are not asked for; Linux
 * goes on without them, too. */
static const u8 *map_table(pa_t pa) {
    if (pa >= PHYSMAP_SIZE) return NULL;
    const u8 *header = map_firmware(pa, HEADER_SIZE);
    u32 length = table_length(header);
    return length >= HEADER_SIZE && length <= LONGEST_TABLE ? map_firmware(pa, length) : NULL;
}

/* Multiple APIC description table (5.2.12). */
static void read_madt(const u8 *madt) {
    enum { LOCAL_APIC = 0, IO_APIC = 1, OVERRIDE = 2, LOCAL_APIC_ADDRESS = 5, LOCAL_X2APIC = 9 };
    const u8 *end = madt + table_length(madt);
    machine.local_apic = read_u32(madt + HEADER_SIZE);
    for (const u8 *e = madt + 44; e + 2 <= end && e[1] >= 2 && e + e[1] <= end; e += e[1]) {
        switch (e[0]) {
        case LOCAL_APIC:
            if ((read_u32(e + 4) & 1) && e[3] != 0xff) machine_add_cpu(e[3]);
            break;
        case LOCAL_X2APIC:
            if (read_u32(e + 8) & 1) machine_add_cpu(read_u32(e + 4));
            break;
        case IO_APIC:
            if (machine.io_apic_count < MAX_IO_APICS)
                machine.io_apics[machine.io_apic_count++] =
                    (struct io_apic){read_u32(e + 4), read_u32(e + 8)};
            break;
        case OVERRIDE:
            if (e[3] < ISA_INTERRUPTS)
                machine.isa[e[3]] = (struct isa_interrupt){
                    .input = read_u32(e + 4),
                    .active_low = (e[8] & 3) == 3,
                    .level = (e[8] >> 2 & 3) == 3,
                };
            break;
        case LOCAL_APIC_ADDRESS: machine.local_apic = read_u64(e + 4); break;
        }
    }
}

/* Name (_S5, Package () {a, b, ..}) in AML (20.2): NameOp, the name, PackageOp, package length
 * of one to four bytes, number of elements, then small integers. */
static bool read_integer(const u8 **at, u8 *value) {
    const u8 *p = *at;
    if (p[0] == 0 || p[0] == 1) *value = p[0], *at = p + 1;           // ZeroOp, OneOp
    else if (p[0] == 0x0a) *value = p[1], *at = p + 2;                // BytePrefix
    else return false;
    return true;
}

static void find_s5(const u8 *table) {
    const u8 *end = table + table_length(table);
    for (const u8 *p = table + HEADER_SIZE; p + 16 < end; p++) {
        if (memcmp(p, "_S5_\x12", 5)) continue;
        const u8 *element = p + 5;
        element += 1 + (*element >> 6); // package length
        element++;                      // number of elements
        struct acpi_sleep *s = &machine.sleep;
        s->known = read_integer(&element, &s->type_a);
        if (s->known && !read_integer(&element, &s->type_b)) s->type_b = s->type_a;
        return;
    }
}

/* Fixed ACPI description table (5.2.9). Old ones are shorter: what is missing is absent. */
static void read_fadt(const u8 *fadt) {
    u32 length = table_length(fadt);
    if (length < FADT_FLAGS + 4) return;
    struct acpi_sleep *s = &machine.sleep;
    u32 flags = read_u32(fadt + FADT_FLAGS);
    machine.century_register = fadt[FADT_CENTURY];
    if (flags & FLAG_HARDWARE_REDUCED) {
        if (length >= FADT_SLEEP_CONTROL + 12) {
            s->sleep_register = read_u64(fadt + FADT_SLEEP_CONTROL + 4);
            s->sleep_register_is_port = fadt[FADT_SLEEP_CONTROL] == ADDRESS_IN_PORTS;
        }
        machine.virtio_mmio_expected = memcmp(fadt + 16, "BXPC", 4) == 0;
    } else {
        s->control_a = read_u32(fadt + FADT_PM1A_CONTROL);
        s->control_b = read_u32(fadt + FADT_PM1B_CONTROL);
        s->smi_port = read_u32(fadt + FADT_SMI_COMMAND);
        s->smi_enable = fadt[FADT_ACPI_ENABLE];
        machine.pm_timer_port = read_u32(fadt + FADT_PM_TIMER);
        machine.pm_timer_mask = flags & FLAG_TIMER_32_BITS ? 0xffffffff : 0xffffff;
    }
    pa_t dsdt = length >= FADT_X_DSDT + 8 ? read_u64(fadt + FADT_X_DSDT) : 0;
    if (!dsdt) dsdt = read_u32(fadt + FADT_DSDT);
    const u8 *definitions = dsdt ? map_table(dsdt) : NULL;
    if (definitions) find_s5(definitions);
}

bool acpi_read(pa_t rsdp_pa) {
    if (!rsdp_pa) return false;
    const u8 *rsdp = map_firmware(rsdp_pa, HEADER_SIZE);
    bool wide = rsdp[15] >= 2 && read_u64(rsdp + 24); // XSDT: 64-bit pointers
    const u8 *root = map_table(wide ? read_u64(rsdp + 24) : read_u32(rsdp + 16));
    u32 step = wide ? 8 : 4;
    if (!root) return false;
    for (u32 at = HEADER_SIZE; at + step <= table_length(root); at += step) {
        const u8 *table = map_table(wide ? read_u64(root + at) : read_u32(root + at));
        if (!table) continue;
        if (memcmp(table, "APIC", 4) == 0) read_madt(table);
        else if (memcmp(table, "FACP", 4) == 0) read_fadt(table);
        else if (memcmp(table, "HPET", 4) == 0) machine.hpet = read_u64(table + 44);
    }
    return machine.cpu_count != 0;
}
