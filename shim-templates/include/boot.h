/* What the loader told us, and the payload behind the kernel. boot/ */
#pragma once
#include "types.h"

struct memory_range {
    pa_t start, end; /* end is exclusive */
};

#define MAX_RANGES 64

struct boot_info {
    struct memory_range usable[MAX_RANGES]; /* RAM, sorted, not overlapping; includes what is reserved */
    u32 usable_count;
    struct memory_range reserved[MAX_RANGES]; /* kernel image, loader data, tables: never handed out */
    u32 reserved_count;
    pa_t kernel_start;       /* first byte of the loaded kernel */
    pa_t payload;            /* first byte behind the kernel, page-aligned */
    u64 payload_size;        /* bytes loaded there if the loader told, else 0 */
    const char *command_line; /* NUL-terminated, readable through the direct map */
    u64 rng_seed[4];         /* from the loader (setup_data, device tree), 0 if none */
    pa_t platform;           /* RSDP or device tree, 0 if none */
};

/* The last page of the kernel file: read and patched by `catkernel pack`. Layout is a contract with
 * generator/pack: change both. */
#define NAMEPLATE_MAGIC "catkernl"
struct nameplate {
    char magic[8];
    u32 version;           /* 1 */
    u32 arch;              /* e_machine: 62 x86-64, 243 RISC-V */
    u64 kernel_size;       /* bytes of the kernel file, this page included */
    u64 image_size;        /* bytes of the whole image if `pack` wrote it, else 0 */
    u8 table_digest[32];   /* SHA-256 of the table that the kernel was made from */
    u32 options_size;      /* bytes of `options` used */
    u32 selection_size;    /* of a kernel that is cut to some programs: bytes at the end of the page */
    char options[4096 - 72]; /* same syntax as the boot command line; applied before it */
};

extern const struct nameplate *nameplate; /* in the image, the page before the payload */
/* The programs that this kernel was cut to, "" for a whole one. What it keeps stands behind the NUL
 * (generator/select/kept-text.ts). */
const char *nameplate_programs(void);

/* Boot options: words `name=value` of the nameplate, then of the command line; quotes as in the shell
 * ("..."); what follows `--` is the program's arguments (the command line's replace the nameplate's). */
struct options {
    u32 argc;
    const char **argv; /* argv[0] is option `argv0`, by default "/app" */
    u32 envc;
    const char **envp; /* HOME=/ and TERM=linux unless given */
    const char *cwd;   /* option `cwd`, by default "/" */
    bool trace;        /* catkernel.trace=1: every call decoded on the console, or in the record */
    bool record;       /* catkernel.record=1: the record on the second serial port */
    bool tty;          /* catkernel.tty=0: the console is a byte stream (no echo, no CR, no termios) */
    u32 max_cpus;      /* catkernel.cpus=N */
    bool huge_pages;   /* catkernel.huge=0 turns them off */
    const char *paging; /* catkernel.paging=NAME: another mode than the best one; NULL: not given */
};
extern struct options options;
void options_parse(const char *nameplate, size_t nameplate_size, const char *command_line);

/* The program: checked, then mapped in place. boot/payload.c, boot/elf.c */
struct payload {
    pa_t elf;
    u64 elf_size;
    pa_t tar;      /* 0 if there is none */
    u64 tar_size;  /* up to and including the end blocks */
    uptr entry;
    uptr phdr;     /* AT_PHDR */
    u16 phnum;
    uptr start, end; /* lowest and highest user address of its segments */
};
extern struct payload payload;
void payload_find(struct boot_info *boot); /* checks; refuse_to_boot() with one sentence if unfit */
void payload_map(void);                    /* areas for its segments, /app in the tree */
/* Stack with arguments, environment, auxv; returns the first stack pointer. */
uptr payload_stack(void);
extern uptr first_stack; /* what it returned: /proc/self/auxv is read from there */
