/* The first stack: arguments, environment, auxiliary vector, as a Linux program finds them (System V ABI
 * AMD64 1.0 section 3.4.1; the RISC-V ABI is the same).
 *
 *   high   the strings; AT_RANDOM's 16 bytes (Go overwrites them, so they lie here, in writable memory)
 *          auxv pairs, AT_NULL
 *          envp pointers, NULL
 *          argv pointers, NULL
 *   sp ->  argc                                                   16-aligned
 *
 * It is an area like any other, of Linux's usual 8 MiB, whose pages come when they are touched. */
#include "abi.h"
#include "arch.h"
#include "boot.h"
#include "clock.h"
#include "log.h"
#include "mem/map.h"
#include "random.h"
#include "string.h"
#include "user.h"

#define STACK_SIZE (8 * MIB)
#define AUXV_MAX 24

uptr first_stack;

/* The words from argc upwards, and the strings they point to. */
struct stack {
    u64 *words;
    u32 count;
    uptr strings; /* where the next string goes */
};

static void push(struct stack *s, u64 word) { s->words[s->count++] = word; }

static void push_pair(struct stack *s, u64 tag, u64 value) {
    push(s, tag);
    push(s, value);
}

static uptr put_bytes(struct stack *s, const void *bytes, size_t n) {
    uptr at = s->strings;
    if (user_write(at, bytes, n) < 0) refuse_to_boot("No memory is left for the program's arguments.");
    s->strings += n;
    return at;
}

static uptr put_string(struct stack *s, const char *text) { return put_bytes(s, text, strlen(text) + 1); }

static void push_auxv(struct stack *s) {
    u8 random[16];
    random_bytes(random, sizeof random);
    uptr vdso = vdso_map();
    if (vdso) push_pair(s, AT_SYSINFO_EHDR, vdso);
    push_pair(s, AT_HWCAP, arch_hwcap());
    push_pair(s, AT_MINSIGSTKSZ, arch_signal_frame_max());
    push_pair(s, AT_PAGESZ, PAGE_SIZE);
    push_pair(s, AT_CLKTCK, 100);
    push_pair(s, AT_PHDR, payload.phdr);
    push_pair(s, AT_PHENT, 56); // sizeof(Elf64_Phdr)
    push_pair(s, AT_PHNUM, payload.phnum);
    push_pair(s, AT_BASE, 0);
    push_pair(s, AT_FLAGS, 0);
    push_pair(s, AT_ENTRY, payload.entry);
    push_pair(s, AT_UID, 0);
    push_pair(s, AT_EUID, 0);
    push_pair(s, AT_GID, 0);
    push_pair(s, AT_EGID, 0);
    push_pair(s, AT_SECURE, 0);
    push_pair(s, AT_RANDOM, put_bytes(s, random, sizeof random));
    push_pair(s, AT_EXECFN, put_string(s, "/app"));
    push_pair(s, AT_PLATFORM, put_string(s, UTSNAME_MACHINE));
    push_pair(s, AT_NULL, 0);
}

/* Bytes of all strings, with room for what push_auxv() adds. */
static size_t strings_size(void) {
    size_t n = 128;
    for (u32 i = 0; i < options.argc; i++) n += strlen(options.argv[i]) + 1;
    for (u32 i = 0; i < options.envc; i++) n += strlen(options.envp[i]) + 1;
    return n;
}

uptr payload_stack(void) {
    struct area area = {.kind = AREA_ANON, .prot = PROT_R | PROT_W, .flags = AREA_NO_HUGE, .name = "[stack]"};
    if (mem_map_area(&area, USER_TOP - STACK_SIZE, STACK_SIZE, MAP_FIXED_NOREPLACE) < 0)
        refuse_to_boot("The program leaves no room for its stack below address %#lx.", USER_TOP);

    size_t size = strings_size();
    uptr base = ALIGN_DOWN(USER_TOP - size, 16);
    u32 words = 1 + options.argc + 1 + options.envc + 1 + 2 * AUXV_MAX;
    struct stack s = {.words = kalloc(words * sizeof(u64)), .strings = base};
    if (!s.words) refuse_to_boot("No memory is left for the program's arguments.");
    push(&s, options.argc);
    for (u32 i = 0; i < options.argc; i++) push(&s, put_string(&s, options.argv[i]));
    push(&s, 0);
    for (u32 i = 0; i < options.envc; i++) push(&s, put_string(&s, options.envp[i]));
    push(&s, 0);
    s.strings = ALIGN_UP(s.strings, 16);
    push_auxv(&s);
    assert(s.count <= words && s.strings <= USER_TOP);

    uptr sp = ALIGN_DOWN(base - s.count * sizeof(u64), 16);
    if (user_write(sp, s.words, s.count * sizeof(u64)) < 0) refuse_to_boot("No memory is left for the program's arguments.");
    kfree(s.words);
    first_stack = sp;
    return sp;
}
