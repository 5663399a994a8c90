/* The unpacker on the host. `unpack SIZE` unpacks standard input into SIZE bytes that an unmapped page
 * follows; `place SIZE IMAGE END START END ...` finds a place in memory ranges, "-" before ranges that
 * are taken. */
#include "unpack.h"
#include "string.h"

int printf(const char *, ...);
long read(int, void *, size_t);
long write(int, const void *, size_t);
unsigned long strtoul(const char *, char **, int);
void *mmap(void *, size_t, int, int, int, long);
int mprotect(void *, size_t, int);

#define ROOM (4 * MIB)
#define MAX_ARGUMENTS 32

static u64 memory[MAX_ARGUMENTS], taken[MAX_ARGUMENTS];
static u32 memory_count, taken_count;

static bool range(const u64 *list, u32 count, u32 index, u64 *start, u64 *end) {
    if (2 * index + 1 >= count) return false;
    *start = list[2 * index], *end = list[2 * index + 1];
    return true;
}
bool memory_range(address platform, u32 i, u64 *start, u64 *end) { return range(memory, memory_count, i, start, end); }
bool taken_range(address platform, u32 i, u64 *start, u64 *end) { return range(taken, taken_count, i, start, end); }

/* Its last byte is the last one that may be touched. */
static u8 *room(size_t size) {
    u8 *start = mmap(NULL, ROOM + PAGE_SIZE, 3, 0x22, -1, 0);
    mprotect(start + ROOM, PAGE_SIZE, 0);
    return start + ROOM - size;
}

static int run_unpack(size_t to_size) {
    static u8 input[ROOM];
    size_t size = 0;
    for (long n; (n = read(0, input + size, sizeof input - size)) > 0;) size += (size_t)n;
    u8 *from = memcpy(room(size), input, size), *to = room(to_size);
    static u8 scratch[UNPACK_SCRATCH];
    size = unpack(from, size, to, to_size, scratch);
    return write(1, to, size) == (long)size ? 0 : 1;
}

int main(int argc, char **argv) {
    u64 number[3];
    for (int i = 2; i < argc && i < 5; i++) number[i - 2] = strtoul(argv[i], NULL, 16);
    if (argc == 3) return run_unpack(number[0]);
    bool is_taken = false;
    for (int i = 5; i < argc; i++) {
        if (*argv[i] == '-') is_taken = true;
        else if (is_taken) taken[taken_count++] = strtoul(argv[i], NULL, 16);
        else memory[memory_count++] = strtoul(argv[i], NULL, 16);
    }
    printf("%lx\n", find_place(0, number[1], number[2], number[0]));
    return 0;
}
