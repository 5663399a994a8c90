/* The device tree's readers on the host, the kernel's and the unpacker's: a machine made by hand is understood, then random
 * damage, which may be accepted or refused but must never be read beyond its end: an unmapped page follows the bytes. */
#include "../machine.h"
#include "device-tree.h"
#include "flat-tree.h"
#include "image/unpack.h"
#include "lib/same.test.h"
#include "log.h"
#include "string.h"

int vsnprintf(char *, size_t, const char *, __builtin_va_list);
void *mmap(void *, size_t, int, int, int, long);
int mprotect(void *, size_t, int);

static void *resume[5]; /* of __builtin_setjmp */
static char said[256];

void refuse_to_boot(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    __builtin_longjmp(resume, 1);
}

/* image/start.S */
const char image_start[1];
void image_say(const char *text) {}
void image_off(void) { __builtin_longjmp(resume, 1); }
void read_device_tree(address tree);

/* --- writing one -------------------------------------------------------------------------------------- */

#define STRUCTURE_AT 88 /* behind the header and three reservations */
#define STRINGS_ROOM 512
#define ROOM (16 * KIB)
static u8 good[ROOM], strings[STRINGS_ROOM];
static u32 length, strings_length, good_size;

static void put_u32(u8 *at, u32 v) {
    for (u32 i = 0; i < 4; i++) at[i] = (u8)(v >> (24 - 8 * i));
}
static void cell(u32 v) {
    put_u32(good + length, v);
    length += 4;
}
static void bytes(const void *from, u32 size) {
    memcpy(good + length, from, size);
    length = ALIGN_UP(length + size, 4);
}
static void begin(const char *name) {
    cell(1);
    bytes(name, strlen(name) + 1);
}
static void end(void) { cell(2); }
static void property(const char *name, const void *value, u32 size) {
    cell(3), cell(size), cell(strings_length);
    memcpy(strings + strings_length, name, strlen(name) + 1);
    strings_length += strlen(name) + 1;
    bytes(value, size);
}
#define STRING(name, text) property(name, text, sizeof(text))
#define CELLS(name, ...)                                                                           \
    do {                                                                                           \
        u32 cells_[] = {__VA_ARGS__};                                                              \
        for (u32 i = 0; i < COUNT(cells_); i++) put_u32((u8 *)&cells_[i], cells_[i]);              \
        property(name, cells_, sizeof cells_);                                                     \
    } while (0)

static void hart(const char *name, u32 id, const char *status, u32 phandle) {
    begin(name);
    STRING("device_type", "cpu"); CELLS("reg", id); property("status", status, strlen(status) + 1);
    STRING("riscv,isa", "rv64imafdcv_zicsr_sstc_zve64d"); STRING("mmu-type", "riscv,sv48");
    begin("interrupt-controller"); STRING("compatible", "riscv,cpu-intc"); CELLS("phandle", phandle); end();
    end();
}

static void make_good(void) {
    length = STRUCTURE_AT;
    begin(""); CELLS("#address-cells", 2); CELLS("#size-cells", 2);
    begin("chosen"); STRING("bootargs", "one two"); STRING("stdout-path", "serial0:115200");
    CELLS("rng-seed", 1, 2, 3, 4, 5, 6, 7, 8, 9); end();
    begin("aliases"); STRING("serial0", "/soc/serial@5000"); end();
    begin("memory@80000000"); STRING("device_type", "memory"); CELLS("reg", 0, 0x80000000, 0, 0x1000, 1, 0, 0, 0x2000); end();
    begin("reserved-memory"); CELLS("#address-cells", 2); CELLS("#size-cells", 2); property("ranges", "", 0);
    begin("fw@80000000"); CELLS("reg", 0, 0x80000000, 0, 0x400); end(), end();
    begin("cpus"); CELLS("#address-cells", 1); CELLS("#size-cells", 0); CELLS("timebase-frequency", 10000000);
    hart("cpu@0", 0, "okay", 11), hart("cpu@7", 7, "disabled", 12), hart("cpu@9", 9, "okay", 13); end();
    begin("soc"); CELLS("#address-cells", 1); CELLS("#size-cells", 1); STRING("compatible", "simple-bus");
    CELLS("ranges", 0, 0x10, 0x20000000, 0x10000); // 0..64 KiB here is 0x10_20000000.. above
    begin("serial@4000"); STRING("compatible", "ns16550a"); CELLS("reg", 0x4000, 0x100); end();
    begin("serial@5000"); property("compatible", "x\0ns16550a", 11); CELLS("reg", 0x5000, 0x100); CELLS("reg-shift", 2); CELLS("reg-io-width", 4); CELLS("interrupts", 10); end();
    begin("rtc@ffff0"); STRING("compatible", "google,goldfish-rtc"); CELLS("reg", 0xffff0, 0x100); end(); // beyond the bus
    begin("plic@6000"); STRING("compatible", "riscv,plic0"); CELLS("reg", 0x6000, 0x1000); CELLS("interrupts-extended", 11, 11, 11, 9); end();
    end(); end(), cell(9);

    u32 structure = length - STRUCTURE_AT;
    memcpy(good + length, strings, strings_length);
    good_size = length + strings_length;
    u32 header[] = {0xd00dfeed, good_size, STRUCTURE_AT, length, 40, 17, 16, 0, strings_length, structure};
    for (u32 i = 0; i < COUNT(header); i++) put_u32(good + 4 * i, header[i]);
    put_u32(good + 40 + 4, 0x9000), put_u32(good + 40 + 12, 0x200); // {0x9000, 0x200}, {all ones}, {0, 0}
    memset(good + 56, 0xff, 16);
}

/* --- reading it -------------------------------------------------------------------------------------- */

static u8 *room_end;

/* A copy that ends where the mapping does, or nearly so: the reservations want to be aligned. */
static u8 *place(u32 size) { return memcpy(room_end - ALIGN_UP(size, 8), good, size); }

static void understood(void) {
    pa_t start;
    u64 size, seed[4] = {0};
    dt_init(place(good_size));
    same(dt_next_memory(0, &start, &size) && start == 0x80000000 && size == 0x1000, 1);
    same(dt_next_memory(1, &start, &size) && start == 0x100000000 && size == 0x2000, 1);
    same(dt_next_memory(2, &start, &size), 0);
    same(dt_next_reserved(0, &start, &size) && start == 0x9000 && size == 0x200, 1);
    same(dt_next_reserved(1, &start, &size) && start + size == UINT64_MAX, 1);
    same(dt_next_reserved(2, &start, &size) && start == 0x80000000 && size == 0x400, 1);
    same(dt_next_reserved(3, &start, &size), 0);
    same(strcmp(dt_bootargs(), "one two"), 0);
    same(dt_rng_seed(seed) && seed[1] == 0x0400000003000000, 1);
    same(dt_rng_seed(seed) && seed[1] == 0x0400000003000000, 1); // it was taken: zeros now

    same(machine.hart_count, 2);
    same(machine.harts[1].id, 9);
    same(machine.harts[1].interrupts, 13);
    same(hart_has(hart_with_id(9), "sstc") && hart_has(hart_with_id(9), "d") && hart_has(hart_with_id(9), "v"), 1);
    same(hart_has(hart_with_id(9), "zve64") || hart_has(hart_with_id(9), "s") || hart_has(hart_with_id(9), "h"), 0);
    same(machine.timebase_frequency, 10000000);
    same(machine.uart.registers, 0x1020005000);
    same(machine.uart.shift == 2 && machine.uart.width == 4 && machine.uart.interrupt == 10, 1);
    same(machine.rtc, 0);
    same(machine.plic.registers, 0x1020006000);
    same(machine.plic.context_count, 2);
}

/* What the unpacker wants to know of it is the same. */
static void understood_in_short(void) {
    address tree = (address)place(good_size);
    u64 start, end;
    read_device_tree(tree);
    same(memory_range(tree, 0, &start, &end) && start == 0x80000000 && end == 0x80001000, 1);
    same(memory_range(tree, 1, &start, &end) && start == 0x100000000 && end == 0x100002000, 1);
    same(memory_range(tree, 2, &start, &end), 0);
    same(taken_range(tree, 0, &start, &end) && start == tree && end == tree + good_size, 1);
    same(taken_range(tree, 1, &start, &end) && end == (address)image_start, 1);
    same(taken_range(tree, 2, &start, &end) && start == 0x9000 && end == 0x9200, 1);
    same(taken_range(tree, 3, &start, &end), 1);
    same(taken_range(tree, 4, &start, &end) && start == 0x80000000 && end == 0x80000400, 1);
    same(taken_range(tree, 5, &start, &end), 0);
}

static void use_in_short(u8 *blob) {
    if (__builtin_setjmp(resume)) return;
    u64 start, end;
    read_device_tree((address)blob);
    for (u32 i = 0; i < 8 && memory_range((address)blob, i, &start, &end); i++) continue;
    for (u32 i = 0; i < 8 && taken_range((address)blob, i, &start, &end); i++) continue;
}

static void use_all(u8 *blob) {
    if (__builtin_setjmp(resume)) return;
    memset(&machine, 0, sizeof machine);
    dt_init(blob);
    pa_t start;
    u64 size, seed[4];
    for (u32 i = 0; dt_next_memory(i, &start, &size); i++) same(size <= UINT64_MAX - start, 1);
    for (u32 i = 0; dt_next_reserved(i, &start, &size); i++) same(size <= UINT64_MAX - start, 1);
    const char *line = dt_bootargs();
    if (line) same(strlen(line) < ROOM, 1);
    dt_rng_seed(seed);
    for (u32 i = 0; i < machine.hart_count; i++) hart_has(&machine.harts[i], "sstc");
    for (u32 i = 0; i < machine.plic.context_count; i++) fdt_cells(machine.plic.contexts + 8 * i, 2);
}

static void random_damage(u32 rounds) {
    u64 state = 1;
    for (u32 round = 0; round < rounds; round++) {
        u8 *blob = place(good_size);
        for (u32 i = 0; i < 1 + round % 4; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            // mostly one wrong byte, sometimes a wrong length
            u32 at = (u32)((state >> 33) % good_size);
            if (state >> 60) blob[at] = (u8)(state >> 20);
            else put_u32(blob + ALIGN_DOWN(at, 4) % (good_size - 4), (u32)(state >> 16) & 0x8000000f);
        }
        put_u32(blob + 4, good_size); // whoever calls has mapped so much
        if (round % 8 == 0) use_in_short(blob);
        use_all(blob);
    }
}

int main(void) {
    u8 *room = mmap(NULL, ROOM + PAGE_SIZE, 3, 0x22, -1, 0);
    room_end = room + ROOM;
    mprotect(room_end, PAGE_SIZE, 0);
    make_good();
    if (__builtin_setjmp(resume)) printf("%s\n", said), failures++;
    else understood(), understood_in_short();
    random_damage(200000);
    printf(failures ? "%d failures\n" : "ok\n", failures);
    return failures != 0;
}
