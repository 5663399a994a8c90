/* The reader of ACPI's tables on the host: tables made by hand are understood, then pointers, lengths and bytes are damaged.
 * Whatever it makes of these, it reads nothing that it has not mapped (behind what is there all bits are one, as on a bus,
 * and that ends), and what it writes has bounds, which the sanitizer looks at. */
#include "../machine.h"
#include "lib/same.test.h"
#include "string.h"
#include "arch/layout.h"

void *mmap(void *, size_t, int, int, int, long);

#define TABLES_AT 0x10000u
#define TABLES_SIZE 4096u
#define BUS_SIZE (17 * MIB)
#define ROUNDS 200000

static u8 good[TABLES_SIZE], *tables;
static u32 used;

bool mp_table_read(void) { return false; }

void *map_firmware(pa_t start, u64 size) {
    bool known = start >= TABLES_AT && start < TABLES_AT + TABLES_SIZE && size <= 16 * MIB;
    return known ? tables + (start - TABLES_AT) : tables + TABLES_SIZE;
}

static void put(u8 *at, u64 value, u32 size) { memcpy(at, &value, size); }

/* A header with this much behind it; its offset. */
static u32 table(const char *signature, u32 size) {
    u32 at = used;
    memcpy(good + at, signature, 4);
    put(good + at + 4, 36 + size, 4);
    used = ALIGN_UP(at + 36 + size, 16);
    return at;
}

static void entry(u8 **at, const u8 *bytes, u32 size) {
    memcpy(*at, bytes, size);
    *at += size;
}

static void write_tables(void) {
    memcpy(good, "RSD PTR ", 8);
    good[15] = 2;
    used = 48;
    u32 dsdt = table("DSDT", 40);
    memcpy(good + dsdt + 40, "\x08_S5_\x12\x06\x04\x0a\x05\x0a\x07\x00\x00", 15);
    u32 fadt = table("FACP", 240);
    put(good + fadt + 40, TABLES_AT + dsdt, 4);
    put(good + fadt + 64, 0x604, 2);
    put(good + fadt + 76, 0x608, 4);
    put(good + fadt + 112, 1 << 8, 4);
    u32 madt = table("APIC", 8 + 2 * 8 + 12 + 10 + 16);
    put(good + madt + 36, 0xfee00000, 4);
    u8 *at = good + madt + 44;
    entry(&at, (u8[]){0, 8, 0, 0, 1, 0, 0, 0}, 8);
    entry(&at, (u8[]){0, 8, 1, 1, 1, 0, 0, 0}, 8);
    entry(&at, (u8[]){1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0}, 12);
    entry(&at, (u8[]){2, 10, 0, 0, 2, 0, 0, 0, 0x0d, 0}, 10);
    entry(&at, (u8[]){9, 16, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0}, 16);
    u32 hpet = table("HPET", 20);
    put(good + hpet + 44, 0xfed00000, 8);
    u32 root = table("XSDT", 24);
    u32 listed[] = {fadt, madt, hpet};
    for (u32 i = 0; i < COUNT(listed); i++) put(good + root + 36 + 8 * i, TABLES_AT + listed[i], 8);
    put(good + 24, TABLES_AT + root, 8);
}

static bool read(void) {
    memset(&machine, 0, sizeof machine);
    return machine_read(TABLES_AT);
}

static void understood(void) {
    memcpy(tables, good, TABLES_SIZE);
    same(read(), true);
    same(machine.cpu_count, 3);
    same(machine.cpu_ids[2], 7);
    same(machine.local_apic, 0xfee00000);
    same(machine.io_apics[0].registers, 0xfec00000);
    same(machine.isa[0].input, 2);
    same(machine.hpet, 0xfed00000);
    same(machine.pm_timer_port, 0x608);
    same(machine.sleep.known, true);
    same(machine.sleep.type_a, 5);
    same(machine.sleep.type_b, 7);
}

static u64 state = 88172645463325252ull; /* Marsaglia, "Xorshift RNGs" */
static u64 random_below(u64 limit) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % limit;
}

static void damage(void) {
    static const u64 words[] = {0, 1, 35, 36, 37, 0xffff, 16 * MIB, 16 * MIB + 1, PHYSMAP_SIZE - 1, PHYSMAP_SIZE, UINT32_MAX, UINT64_MAX};
    memcpy(tables, good, TABLES_SIZE);
    for (u64 n = 1 + random_below(4); n > 0; n--) {
        u8 *at = tables + random_below(used);
        switch (random_below(3)) {
        case 0: *at = (u8)random_below(256); break;
        case 1: put(at, words[random_below(COUNT(words))], 1u << random_below(4)); break;
        default: put(at, TABLES_AT + random_below(TABLES_SIZE), 4);
        }
    }
}

int main(void) {
    tables = mmap(NULL, TABLES_SIZE + BUS_SIZE, 1 | 2, 2 | 0x20, -1, 0);
    memset(tables + TABLES_SIZE, 0xff, BUS_SIZE);
    write_tables();
    understood();
    u32 without = 0;
    for (u32 round = 0; round < ROUNDS; round++) {
        damage();
        without += !read();
        if (machine.cpu_count > MAX_LISTED_CPUS || machine.io_apic_count > MAX_IO_APICS) failures++;
    }
    if (without == 0 || without == ROUNDS) printf("%u of %u are without CPUs\n", without, ROUNDS), failures++;
    if (failures == 0) printf("ok\n");
    return failures != 0;
}
