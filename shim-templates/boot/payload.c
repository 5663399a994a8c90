/* What lies behind the kernel: the program, perhaps a root archive. Found and checked before
 * anything else is done, then mapped where it lies. */
#include "abi.h"
#include "boot.h"
#include "elf.h"
#include "file.h"
#include "log.h"
#include "mem/map.h"
#include "tar-check.h"
#include "user.h"

#define PROGRAM_PATH "/app"

struct payload payload;

static const u8 *bytes_at(pa_t pa) { return phys_to_virt(pa); }

/* RAM from the payload's first byte to the end of its range. */
static u64 room_behind_kernel(const struct boot_info *boot) {
    for (u32 i = 0; i < boot->usable_count; i++) {
        const struct memory_range *r = &boot->usable[i];
        if (boot->payload >= r->start && boot->payload < r->end) return r->end - boot->payload;
    }
    return 0;
}

/* The kernel was unpacked where memory seemed free: how far the image reaches is known only now. */
static void refuse_overlap(const struct boot_info *boot, u64 size) {
    for (u32 i = 0; i < boot->reserved_count; i++)
        if (boot->payload < boot->reserved[i].end && boot->reserved[i].start < boot->payload + size)
            refuse_to_boot("The image does not fit into memory: no room is left for the kernel beside it. "
                           "Give the machine more (QEMU: -m).");
}

static void find_tar(const u8 *bytes, u64 size, bool exact) {
    if (tar_recognise(bytes, size)) {
        payload.tar = payload.elf + payload.elf_size;
        payload.tar_size = tar_extent(bytes, size);
        return;
    }
    // Loaders pad with zeroes; anything else was meant to be something.
    for (u64 i = 0; exact && i < size; i++) {
        if (bytes[i] == 0) continue;
        log_printf("the %lu bytes behind the program are no tar archive and are ignored", size);
        return;
    }
}

/* Where the program finds its own program headers (AT_PHDR): in the segment that holds them. */
static uptr phdr_address(const u8 *bytes) {
    const struct abi_elf64_hdr *h = (const struct abi_elf64_hdr *)bytes;
    struct abi_elf64_phdr s;
    for (u32 i = 0; elf_segment(bytes, i, &s); i++)
        if (s.p_type == PT_LOAD && s.p_offset <= h->e_phoff && h->e_phoff - s.p_offset < s.p_filesz)
            return s.p_vaddr + (h->e_phoff - s.p_offset);
    return 0;
}

void payload_find(struct boot_info *boot) {
    u64 room = room_behind_kernel(boot);
    if (boot->payload_size > room)
        refuse_to_boot("The image does not fit into memory: %lu KiB follow the kernel, and %lu KiB of memory. "
                       "Give the machine more (QEMU: -m).", boot->payload_size / KIB, room / KIB);
    refuse_overlap(boot, boot->payload_size);
    struct elf_file file = {
        .bytes = bytes_at(boot->payload),
        .size = boot->payload_size ? boot->payload_size : room,
        .exact = boot->payload_size != 0,
    };
    payload.elf = boot->payload;
    payload.elf_size = elf_check(&file);
    find_tar(file.bytes + payload.elf_size, file.size - payload.elf_size, file.exact);

    const struct abi_elf64_hdr *h = (const struct abi_elf64_hdr *)file.bytes;
    payload.entry = h->e_entry;
    payload.phdr = phdr_address(file.bytes);
    payload.phnum = h->e_phnum;
    payload.start = UINT64_MAX;
    struct abi_elf64_phdr s;
    for (u32 i = 0; elf_segment(file.bytes, i, &s); i++) {
        if (s.p_type != PT_LOAD || s.p_memsz == 0) continue;
        payload.start = MIN(payload.start, s.p_vaddr);
        payload.end = MAX(payload.end, s.p_vaddr + s.p_memsz);
    }
    refuse_overlap(boot, payload.elf_size + payload.tar_size);
    // Invariant: from here on nobody is given these pages.
    if (boot->reserved_count == MAX_RANGES) refuse_to_boot("The firmware's memory map is too long.");
    boot->reserved[boot->reserved_count++] =
        (struct memory_range){payload.elf, payload.elf + payload.elf_size + payload.tar_size};
}

/* --- mapping ---------------------------------------------------------------------------------- */

static void map_or_refuse(struct area *area, uptr start, uptr end) {
    i64 result = mem_map_area(area, start, end - start, MAP_FIXED_NOREPLACE);
    if (result < 0)
        refuse_to_boot("The program does not fit: its %lu KiB at address %#lx are more than memory can hold.",
                       (end - start) / KIB, start);
}

/* One segment: pages of the file, then memory that is zero. The page where the two meet is the
 * program's own copy, with the rest of the file in it cleared. */
static void map_segment(const struct abi_elf64_phdr *s, struct inode *inode) {
    u32 prot = (s->p_flags & PF_R ? PROT_R : 0) | (s->p_flags & PF_W ? PROT_W : 0) |
               (s->p_flags & PF_X ? PROT_X : 0);
    uptr start = ALIGN_DOWN(s->p_vaddr, PAGE_SIZE);
    uptr file_end = s->p_vaddr + s->p_filesz;
    uptr file_pages_end = s->p_filesz ? ALIGN_UP(file_end, PAGE_SIZE) : start;
    uptr end = ALIGN_UP(s->p_vaddr + s->p_memsz, PAGE_SIZE);
    if (s->p_filesz) {
        struct area area = {
            .kind = AREA_FILE_PRIVATE,
            .prot = prot,
            .inode = inode_get(inode),
            .offset = ALIGN_DOWN(s->p_offset, PAGE_SIZE),
            .name = PROGRAM_PATH,
        };
        map_or_refuse(&area, start, file_pages_end);
    }
    if (end > file_pages_end) {
        struct area area = {.kind = AREA_ANON, .prot = prot};
        map_or_refuse(&area, file_pages_end, end);
    }
    if (s->p_filesz && s->p_memsz > s->p_filesz && (prot & PROT_W) && file_end < file_pages_end)
        if (user_zero(file_end, file_pages_end - file_end) < 0)
            refuse_to_boot("No memory is left for the program's data. Give the machine more (QEMU: -m).");
}

void payload_map(void) {
    int result = file_add_memory(PROGRAM_PATH, 0755, payload.elf, payload.elf_size);
    if (result < 0) panic("cannot make " PROGRAM_PATH ": error %d", -result);
    struct inode *inode = files_lookup_inode(PROGRAM_PATH);
    struct abi_elf64_phdr s;
    for (u32 i = 0; elf_segment(bytes_at(payload.elf), i, &s); i++)
        if (s.p_type == PT_LOAD && s.p_memsz) map_segment(&s, inode);
    inode_put(inode);
    mem_set_break(payload.end);
}
