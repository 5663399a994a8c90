/* Is this an ELF file that we can run? Hostile until proved: every number is compared before it is
 * added to another, and every refusal is one sentence that says what is wrong and, where it is
 * known, what to do.
 *
 * The file's size is written nowhere in it: it is the end of whatever it names that lies farthest
 * back, segments, sections or the two header tables. */
#include "elf.h"
#include "arch/layout.h"
#include "boot.h"
#include "log.h"
#include "string.h"


#define USER_BOTTOM 0x10000ul /* mem/area.h: nothing is ever mapped below */
#define SECTIONS_MAX (1u << 20)
#define PHDRS_MAX (0x10000 / sizeof(struct abi_elf64_phdr))
enum { SHT_NULL = 0, SHT_NOBITS = 8 };

static const char *machine_name(u32 machine) {
    switch (machine) {
    case 3: return "32-bit x86";
    case 8: return "MIPS";
    case 20: return "32-bit PowerPC";
    case 21: return "64-bit PowerPC";
    case 22: return "IBM S/390";
    case 40: return "32-bit ARM";
    case 62: return "x86-64 (amd64)";
    case 183: return "AArch64 (arm64)";
    case 243: return "RISC-V (riscv64)";
    case 258: return "LoongArch";
    default: return "a machine unknown to this kernel";
    }
}

static struct abi_elf64_hdr header_of(const u8 *bytes) {
    struct abi_elf64_hdr h;
    memcpy(&h, bytes, sizeof h);
    return h;
}

static void *read_at(const u8 *bytes, u64 offset, void *out, size_t size) {
    return memcpy(out, bytes + offset, size);
}

bool elf_segment(const u8 *bytes, u32 i, struct abi_elf64_phdr *out) {
    struct abi_elf64_hdr h = header_of(bytes);
    if (i >= h.e_phnum) return false;
    read_at(bytes, h.e_phoff + (u64)i * sizeof *out, out, sizeof *out);
    return true;
}

/* --- what is it at all? ----------------------------------------------------------------------- */

static bool all_zero(const u8 *bytes, u64 n) {
    for (u64 i = 0; i < n; i++)
        if (bytes[i]) return false;
    return true;
}

static void check_identity(const struct elf_file *file) {
    const u8 *b = file->bytes;
    if (file->size < 4 || all_zero(b, MIN(file->size, 64ul)))
        refuse_to_boot("No program follows the kernel. Make the image with: cat kernel program > image");
    if (memcmp(b, "\177ELF", 4) != 0) {
        const char *what = b[0] == '#' && b[1] == '!'        ? "a script"
                           : b[0] == 0x1f && b[1] == 0x8b    ? "a gzip file"
                           : b[0] == 'M' && b[1] == 'Z'      ? "a Windows program or another kernel"
                           : b[0] == 0xcf && b[1] == 0xfa    ? "a macOS program"
                           : file->size > 262 && !memcmp(b + 257, "ustar", 5) ? "a tar archive"
                                                             : "something else";
        refuse_to_boot("What follows the kernel is not an ELF file but %s (it begins %02x %02x %02x %02x). "
                       "It must be a Linux program: GOOS=linux go build", what, b[0], b[1], b[2], b[3]);
    }
    if (file->size < 20) refuse_to_boot("The program is cut off: only %lu bytes follow the kernel.", file->size);
    struct abi_elf64_hdr h;
    memcpy(&h, b, 20);
    if (b[EI_DATA] != ELFDATA2LSB)
        refuse_to_boot("The program is a big-endian ELF file; this kernel is for %s.",
                       machine_name(nameplate->arch));
    if (b[EI_CLASS] != ELFCLASS64)
        refuse_to_boot("The program is 32-bit (for %s); this kernel runs 64-bit programs for %s.",
                       machine_name(h.e_machine), machine_name(nameplate->arch));
    if (h.e_machine != nameplate->arch)
        refuse_to_boot("The program is for %s (ELF machine %u), this kernel for %s.", machine_name(h.e_machine),
                       h.e_machine, machine_name(nameplate->arch));
}

/* --- sizes ------------------------------------------------------------------------------------ */

static NORETURN void refuse_cut_off(const struct elf_file *file, u64 needed) {
    if (file->exact)
        refuse_to_boot("The program is cut off: its ELF file has at least %lu bytes, but %lu follow the kernel.",
                       needed, file->size);
    refuse_to_boot("The program does not fit: its ELF file has at least %lu bytes, but memory ends %lu bytes "
                   "behind the kernel. The file is damaged, or the machine needs more memory (QEMU: -m).",
                   needed, file->size);
}

/* The end of [offset, offset+size) in the file; refuses what wraps or is not there. */
static u64 end_of(const struct elf_file *file, u64 offset, u64 size) {
    u64 end;
    if (__builtin_add_overflow(offset, size, &end) || end > INT64_MAX)
        refuse_to_boot("The program is damaged: its ELF headers name %#lx bytes at file offset %#lx.", size, offset);
    if (end > file->size) refuse_cut_off(file, end);
    return end;
}

static u64 sections_end(const struct elf_file *file, const struct abi_elf64_hdr *h) {
    if (h->e_shoff == 0 || h->e_shentsize != sizeof(struct elf_section)) return 0;
    u64 end = end_of(file, h->e_shoff, sizeof(struct elf_section));
    struct elf_section s;
    // 0 means: too many for 16 bits, and the first section tells how many
    u64 count = h->e_shnum ? h->e_shnum : ((struct elf_section *)read_at(file->bytes, h->e_shoff, &s, sizeof s))->size;
    if (count > SECTIONS_MAX) refuse_to_boot("The program is damaged: its ELF header names %lu sections.", count);
    end = MAX(end, end_of(file, h->e_shoff, count * sizeof s));
    for (u64 i = 0; i < count; i++) {
        read_at(file->bytes, h->e_shoff + i * sizeof s, &s, sizeof s);
        bool in_file = s.type != SHT_NULL && s.type != SHT_NOBITS;
        if (in_file) end = MAX(end, end_of(file, s.offset, s.size));
    }
    return end;
}

/* --- segments --------------------------------------------------------------------------------- */

static void refuse_dynamic(const struct elf_file *file, const struct abi_elf64_phdr *s) {
    char name[64] = "?";
    if (s->p_offset < file->size) {
        size_t n = MIN(MIN(s->p_filesz, sizeof name - 1), file->size - s->p_offset);
        memcpy(name, file->bytes + s->p_offset, n);
        name[n] = 0;
        for (char *c = name; *c; c++)
            if (*c < ' ' || *c > '~') *c = '?';
    }
    refuse_to_boot("The program is dynamically linked: it wants the interpreter %s. Build it static: "
                   "CGO_ENABLED=0 go build", name);
}

static void check_load(const struct elf_file *file, u32 i, const struct abi_elf64_phdr *s, uptr above) {
    if (s->p_offset >= 0xffffffff00000000ul)
        refuse_to_boot("The program is damaged: its segment %u begins at file offset (p_offset) %#lx, which is "
                       "before the file. The Go linker writes this for some addresses given by -ldflags=-T "
                       "(golang/go#57983); build it without.", i, s->p_offset);
    if (s->p_filesz > s->p_memsz)
        refuse_to_boot("The program is damaged: its segment %u has %#lx bytes in the file but %#lx in memory.", i,
                       s->p_filesz, s->p_memsz);
    uptr end;
    if (__builtin_add_overflow(s->p_vaddr, s->p_memsz, &end) || end > USER_TOP)
        refuse_to_boot("The program is damaged: its segment %u at address %#lx with %#lx bytes leaves user memory.", i,
                       s->p_vaddr, s->p_memsz);
    if (s->p_vaddr < USER_BOTTOM)
        refuse_to_boot("The program's segment %u begins at address %#lx; nothing may lie below %#lx, so that nil "
                       "pointers fault.", i, s->p_vaddr, USER_BOTTOM);
    if ((s->p_vaddr ^ s->p_offset) & (PAGE_SIZE - 1))
        refuse_to_boot("The program cannot be mapped: its segment %u at address %#lx comes from file offset %#lx, "
                       "which is at another place in a page.", i, s->p_vaddr, s->p_offset);
    if (ALIGN_DOWN(s->p_vaddr, PAGE_SIZE) < above)
        refuse_to_boot("The program is damaged: its segment %u at address %#lx overlaps the one before it, or comes "
                       "after it out of order.", i, s->p_vaddr);
    end_of(file, s->p_offset, s->p_filesz);
}

static u64 check_segments(const struct elf_file *file, const struct abi_elf64_hdr *h) {
    u64 file_end = 0;
    uptr above = 0;
    bool entered = false, loads = false;
    struct abi_elf64_phdr s;
    for (u32 i = 0; elf_segment(file->bytes, i, &s); i++)
        if (s.p_type == PT_INTERP) refuse_dynamic(file, &s);
    for (u32 i = 0; elf_segment(file->bytes, i, &s); i++) {
        if (s.p_type != PT_LOAD || s.p_memsz == 0) continue;
        check_load(file, i, &s, above);
        above = ALIGN_UP(s.p_vaddr + s.p_memsz, PAGE_SIZE);
        file_end = MAX(file_end, s.p_offset + s.p_filesz);
        loads = true;
        entered |= (s.p_flags & PF_X) && h->e_entry >= s.p_vaddr && h->e_entry < s.p_vaddr + s.p_memsz;
    }
    if (!loads) refuse_to_boot("The program is damaged: its ELF file has nothing to load.");
    if (!entered) refuse_to_boot("The program is damaged: its entry point %#lx lies in no executable segment.", h->e_entry);
    return file_end;
}

u64 elf_check(const struct elf_file *file) {
    check_identity(file);
    if (file->size < sizeof(struct abi_elf64_hdr)) refuse_cut_off(file, sizeof(struct abi_elf64_hdr));
    struct abi_elf64_hdr h = header_of(file->bytes);
    // As in Linux (load_elf_phdrs in fs/binfmt_elf.c, 6.1), they may take 64 KiB. Where nobody tells how long the
    // file is, more of them would be found in the zeros behind it.
    if (h.e_phnum == 0 || h.e_phnum > PHDRS_MAX || h.e_phentsize != sizeof(struct abi_elf64_phdr))
        refuse_to_boot("The program is not an executable: its ELF file has no usable program headers%s.",
                       h.e_type == ET_REL ? " (it is an object file)" : "");
    u64 end = MAX((u64)sizeof h, end_of(file, h.e_phoff, (u64)h.e_phnum * sizeof(struct abi_elf64_phdr)));
    if (h.e_type != ET_EXEC && h.e_type != ET_DYN)
        refuse_to_boot("The program is not an executable (ELF type %u).", h.e_type);
    end = MAX(end, check_segments(file, &h));
    if (h.e_type == ET_DYN)
        refuse_to_boot("The program is position-independent. Build it for a fixed address: "
                       "CGO_ENABLED=0 go build -buildmode=exe");
    return MAX(end, sections_end(file, &h));
}
