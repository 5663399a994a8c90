/* The MultiProcessor Specification's configuration table (Intel, version 1.4, chapter 4): what
 * machines without ACPI have, among them QEMU's microvm with acpi=off. */
#include "../early.h"
#include "../machine.h"
#include "physmap.h"
#include "string.h"

enum entry_type { ENTRY_CPU = 0, ENTRY_BUS = 1, ENTRY_IO_APIC = 2, ENTRY_INTERRUPT = 3 };
#define CPU_ENABLED 1
#define CPU_ENTRY_SIZE 20 /* all others: 8 */
#define TABLE_HEADER_SIZE 44

/* The "_MP_" structure on a 16-byte boundary holds the table's address. */
static pa_t scan(pa_t start, u64 size) {
    const u8 *memory = map_firmware(start, size);
    for (u64 i = 0; i + 16 <= size; i += 16) {
        if (memcmp(memory + i, "_MP_", 4)) continue;
        u8 sum = 0;
        for (u32 j = 0; j < 16; j++) sum += memory[i + j];
        if (sum == 0) return read_u32(memory + i + 4);
    }
    return 0;
}

static pa_t find_table(void) {
    pa_t ebda = (pa_t)read_u16(map_firmware(0x40e, 2)) << 4;
    pa_t table = ebda ? scan(ebda, KIB) : 0;
    if (!table) table = scan(0x9fc00, KIB);
    return table ? table : scan(0xf0000, 0x10000);
}

static void read_entry(const u8 *e) {
    switch (e[0]) {
    case ENTRY_CPU:
        if (e[3] & CPU_ENABLED) machine_add_cpu(e[1]);
        break;
    case ENTRY_IO_APIC:
        if ((e[3] & 1) && machine.io_apic_count < MAX_IO_APICS)
            machine.io_apics[machine.io_apic_count++] = (struct io_apic){read_u32(e + 4), 0};
        break;
    case ENTRY_INTERRUPT:
        // Buses are not told apart: only ISA has interrupts that we use, and PC-like machines have
        // no other with these numbers. Type 0: an ordinary vectored interrupt.
        if (e[1] == 0 && e[5] < ISA_INTERRUPTS) machine.isa[e[5]].input = e[7];
        break;
    }
}

bool mp_table_read(void) {
    pa_t pa = find_table();
    if (!pa) return false;
    const u8 *table = map_firmware(pa, TABLE_HEADER_SIZE);
    if (memcmp(table, "PCMP", 4)) return false;
    u32 length = read_u16(table + 4); // the number of entries, too, is told, but qboot leaves it 0
    map_firmware(pa, length);
    machine.local_apic = read_u32(table + 36);
    const u8 *e = table + TABLE_HEADER_SIZE;
    while (e + 8 <= table + length) {
        read_entry(e);
        e += e[0] == ENTRY_CPU ? CPU_ENTRY_SIZE : 8;
    }
    return machine.cpu_count != 0;
}
