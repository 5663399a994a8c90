/* The payload's checks on the host: wrong files with the sentence each must get, then random
 * damage, which may be accepted or refused but must never be read beyond its end: an unmapped page
 * follows the bytes. */
#include "boot.h"
#include "elf.h"
#include "log.h"
#include "mem.h"
#include "string.h"
#include "tar-check.h"

int printf(const char *, ...);
int vsnprintf(char *, size_t, const char *, __builtin_va_list);
_Noreturn void exit(int);
_Noreturn void abort(void);
void *calloc(size_t, size_t);
char *strstr(const char *, const char *);
void *mmap(void *, size_t, int, int, int, long);
int mprotect(void *, size_t, int);

unsigned long test_ram;
static const struct nameplate plate = {.arch = 62};
const struct nameplate *nameplate = &plate;

static void *resume[5]; /* of __builtin_setjmp */
static char said[512];

void refuse_to_boot(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    __builtin_longjmp(resume, 1);
}
void log_printf(const char *format, ...) { printf("logged: %s\n", format); }
void panic(const char *format, ...) { abort(); }
void *kalloc(size_t size) { return calloc(1, size); }

static int failures;

/* --- a program of two segments and a section table -------------------------------------------- */

#define ROOM (64 * KIB)
static u8 *room_end;

enum { TEXT = 0, DATA = 1, INTERP = 2, PHDRS = 3 };
static struct {
    struct abi_elf64_hdr header;
    struct abi_elf64_phdr segments[PHDRS];
    struct elf_section sections[2];
    char interpreter[32];
    u8 bytes[0x2800];
} good;
#define FILE_SIZE 0x2600ul

static void make_good(void) {
    memset(&good, 0, sizeof good);
    good.header = (struct abi_elf64_hdr){
        .e_ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
        .e_type = ET_EXEC, .e_machine = 62, .e_version = 1, .e_entry = 0x401000, .e_phoff = 64,
        .e_shoff = offsetof(__typeof__(good), sections), .e_phentsize = 56, .e_phnum = 2, .e_shentsize = 64, .e_shnum = 2,
    };
    good.segments[TEXT] = (struct abi_elf64_phdr){PT_LOAD, PF_R | PF_X, 0, 0x400000, 0x400000, 0x1100, 0x1100, 0x1000};
    good.segments[DATA] = (struct abi_elf64_phdr){PT_LOAD, PF_R | PF_W, 0x2000, 0x403000, 0x403000, 0x400, 0x9000, 0x1000};
    good.sections[1] = (struct elf_section){.type = 3, .offset = 0x2400, .size = FILE_SIZE - 0x2400};
    memcpy(good.interpreter, "/lib64/ld-linux-x86-64.so.2", 28);
}

static u8 *place(const void *bytes, u64 size) { return memcpy(room_end - size, bytes, size); }

static u64 check(const void *bytes, u64 size, bool exact) {
    struct elf_file file = {place(bytes, size), size, exact};
    said[0] = 0;
    if (__builtin_setjmp(resume) == 0) return elf_check(&file);
    return 0;
}

static void refused(const char *sentence, u64 size) {
    u64 found = check(&good, size, true);
    if (found == 0 && strstr(said, sentence)) return;
    printf("expected: %s\n     got: %s (%lu)\n", sentence, said, found);
    failures++;
}

#define CASE(sentence, ...) (make_good(), __VA_ARGS__, refused(sentence, sizeof good))

static void wrong_files(void) {
    make_good();
    if (check(&good, sizeof good, true) != FILE_SIZE) printf("the good file: %s\n", said), failures++;
    make_good();
    refused("cut off: its ELF file has at least 9728 bytes, but 9727 follow", FILE_SIZE - 1);
    make_good();
    refused("cut off", 30);

    CASE("No program follows the kernel", memset(&good, 0, sizeof good));
    CASE("not an ELF file but a script (it begins 23 21 2f 62)", memcpy(&good, "#!/bin/sh\n", 10));
    CASE("a gzip file", memcpy(&good, "\x1f\x8b\x08\x00", 4));
    CASE("32-bit (for 32-bit x86)", good.header.e_ident[4] = 1, good.header.e_machine = 3);
    CASE("is for AArch64 (arm64) (ELF machine 183), this kernel for x86-64 (amd64)", good.header.e_machine = 183);
    CASE("is for RISC-V (riscv64)", good.header.e_machine = 243);
    CASE("big-endian", good.header.e_ident[5] = 2);
    CASE("object file", good.header.e_type = ET_REL, good.header.e_phnum = 0);
    CASE("(ELF type 4)", good.header.e_type = ET_CORE);
    CASE("wants the interpreter /lib64/ld-linux-x86-64.so.2", good.header.e_phnum = 3,
         good.segments[INTERP] = (struct abi_elf64_phdr){.p_type = PT_INTERP, .p_offset = offsetof(__typeof__(good), interpreter), .p_filesz = 28});
    CASE("position-independent", good.header.e_type = ET_DYN);
    CASE("golang/go#57983", good.segments[TEXT].p_offset = 0xffffffffffff1000);
    CASE("leaves user memory", good.segments[DATA].p_vaddr = 0xfffffffffffff000);
    CASE("leaves user memory", good.segments[DATA].p_memsz = 0x800000000000);
    CASE("in the file but", good.segments[DATA].p_filesz = 0x9001);
    CASE("overlaps the one before", good.segments[DATA].p_vaddr = 0x401000);
    CASE("out of order", good.segments[DATA].p_vaddr = 0x100000);
    CASE("nothing may lie below", good.segments[TEXT].p_vaddr = 0x1000);
    CASE("at another place in a page", good.segments[DATA].p_offset = 0x2010);
    CASE("cut off", good.segments[DATA].p_filesz = 0x8000);
    CASE("headers name 0x1000 bytes at file offset 0x7ffffffffffff000", good.segments[DATA].p_offset = 0x7ffffffffffff000, good.segments[DATA].p_filesz = 0x1000);
    CASE("lies in no executable segment", good.header.e_entry = 0x403000);
    CASE("nothing to load", good.segments[TEXT].p_type = 0, good.segments[DATA].p_type = 0);
    CASE("no usable program headers", good.header.e_phentsize = 32);
    CASE("no usable program headers", good.header.e_phnum = 1171);
    CASE("damaged: its ELF headers name", good.header.e_phoff = 0xfffffffffffffff8);
    CASE("sections", good.header.e_shnum = 0, good.sections[0].size = 1ul << 40);
    CASE("cut off", good.sections[1].size = 0x10000);
}

/* --- random damage ---------------------------------------------------------------------------- */

static u64 seed = 88172645463325252ul;
static u64 random_word(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static void random_damage(u32 rounds) {
    u32 accepted = 0;
    for (u32 round = 0; round < rounds; round++) {
        make_good();
        u64 size = random_word() % 4 ? sizeof good : random_word() % sizeof good;
        for (u32 i = 0; i <= random_word() % 4; i++) {
            u64 at = random_word() % offsetof(__typeof__(good), interpreter);
            u64 word = random_word() % 3 ? random_word() >> random_word() % 64 : (u64)-1 << random_word() % 64;
            memcpy((u8 *)&good + at, &word, random_word() % 8 + 1);
        }
        u64 found = check(&good, size, random_word() % 2);
        if (found > size) printf("accepted with %lu of %lu bytes\n", found, size), failures++;
        accepted += found != 0;
    }
    if (accepted == 0 || accepted == rounds) printf("damage of %u files: %u accepted\n", rounds, accepted), failures++;
}

/* --- archives --------------------------------------------------------------------------------- */

static u8 archive[8 * 512];

static void header(u32 block, const char *name, const char *size, char kind) {
    u8 *h = archive + block * 512;
    memset(h, 0, 512);
    memcpy(h, name, strlen(name));
    memcpy(h + 124, size, strlen(size));
    h[156] = (u8)kind;
    memcpy(h + 257, "ustar", 5);
    u32 sum = 0;
    for (u32 i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? ' ' : h[i];
    for (u32 i = 0; i < 6; i++) h[148 + i] = '0' + (sum >> 3 * (5 - i) & 7);
}

static u64 extent(u64 size) {
    said[0] = 0;
    if (__builtin_setjmp(resume) == 0) return tar_extent(place(archive, size), size);
    return 0;
}

#define same(what, wanted) \
    do { \
        u64 got = (what); \
        if (got != (wanted)) printf("line %d: got %lu, %s\n", __LINE__, got, said), failures++; \
    } while (0)

static void archives(void) {
    header(0, "a/", "00000000000", '5');
    header(1, "a/file", "00000001003", '0'); // 515 bytes: two blocks
    same(extent(sizeof archive), 6 * 512); // header, header, two blocks, two empty ones
    same(extent(4 * 512), 4 * 512);        // without its end
    same(extent(4 * 512 - 1), 4 * 512 - 1);  // `cat` of an archive cut behind the last byte of contents
    same(extent(2 * 512 + 514), 0);
    if (!strstr(said, "cut off: its file \"a/file\" has 515 bytes")) printf("%s\n", said), failures++;
    header(4, "b", "77777777777", '0');
    same(extent(sizeof archive), 0);
    header(4, "b", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", '0');
    same(extent(sizeof archive), 0);
    archive[4 * 512] ^= 1;
    same(extent(sizeof archive), 0);
    if (!strstr(said, "damaged")) printf("%s\n", said), failures++;
    same(tar_recognise(archive, sizeof archive), 1);
    same(tar_recognise(archive, 511), 0);
}

/* --- options ---------------------------------------------------------------------------------- */

static void boot_options(void) {
    const char plate[] = "env.A=1 cwd=/tmp -- from plate";
    options_parse(plate, sizeof plate - 1,
                  "BOOT_IMAGE=x console=ttyS0 env.A=2 \"env.B=b c\" env.HOME=/root catkernel.tty=0 catkernel.cpus=3 "
                  "argv0=prog -- --flag=\"x y\" 'single \\' back\\ slash \"\" end");
    const char *arguments[] = {"prog", "--flag=x y", "single \\", "back slash", "", "end"};
    same(options.argc, COUNT(arguments));
    for (u32 i = 0; i < MIN(options.argc, COUNT(arguments)); i++)
        if (strcmp(options.argv[i], arguments[i])) printf("argument %u: %s\n", i, options.argv[i]), failures++;
    const char *environment[] = {"HOME=/root", "TERM=linux", "A=2", "B=b c"};
    same(options.envc, COUNT(environment));
    for (u32 i = 0; i < MIN(options.envc, COUNT(environment)); i++)
        if (strcmp(options.envp[i], environment[i])) printf("variable %u: %s\n", i, options.envp[i]), failures++;
    same(options.tty, false);
    same(options.max_cpus, 3u);
    same(strcmp(options.cwd, "/tmp"), 0);
}

int main(void) {
    u8 *room = mmap(NULL, ROOM + PAGE_SIZE, 3, 0x22, -1, 0);
    room_end = room + ROOM;
    mprotect(room_end, PAGE_SIZE, 0);
    wrong_files();
    random_damage(200000);
    archives();
    boot_options();
    printf(failures ? "%d failures\n" : "ok\n", failures);
    return failures != 0;
}
