/* The program's ELF file, as it lies in memory behind the kernel. boot/elf.c */
#pragma once
#include "abi.h"
#include "types.h"

/* ELF-64 Object File Format, version 1.5 draft 2; the header and segments are in abi.h. */
struct elf_section {
    u32 name, type;
    u64 flags, addr, offset, size;
    u32 link, info;
    u64 addralign, entsize;
};

/* Bytes that may belong to the file. `exact`: no more were loaded; else there is RAM to that point.
 */
struct elf_file {
    const u8 *bytes;
    u64 size;
    bool exact;
};

/* refuse_to_boot() unless the kernel can run it; answers how many bytes the file really has. */
u64 elf_check(const struct elf_file *file);
/* After the check: segment number i, false when there are no more. */
bool elf_segment(const u8 *bytes, u32 i, struct abi_elf64_phdr *out);
