/* /proc/cpuinfo, as Linux writes it on RISC-V (arch/riscv/kernel/cpu.c). */
#include "arch.h"
#include "cpu.h"
#include "machine.h"
#include "mem.h"
#include "platform/sbi.h"
#include "string.h"
#include "text.h"
#include "vector.h"

/* The V extension, its parts (zve64d, zvl128b) and what builds on it, where programs cannot use them. */
static bool is_hidden(const char *name, size_t length) {
    return !vlenb && ((length == 1 && *name == 'v') || (length > 1 && name[0] == 'z' && name[1] == 'v'));
}

static void put_isa_string(struct text *t, const char *isa) {
    const char *end = strchr(isa, '_');
    size_t length = end ? (size_t)(end - isa) : strlen(isa);
    for (size_t i = 0; i < length; i++)
        if (i < 4 || !is_hidden(isa + i, 1)) text_append(t, isa + i, 1); // "rv64" has one too
    while (end) {
        const char *name = end + 1;
        end = strchr(name, '_');
        length = end ? (size_t)(end - name) : strlen(name);
        if (is_hidden(name, length)) continue;
        text_append(t, "_", 1);
        text_append(t, name, length);
    }
}

/* Single letters first in the list, as the binding wants it. */
static void put_isa_list(struct text *t, const struct hart *hart) {
    text_append(t, "rv64", 4);
    const char *p = (const char *)hart->extensions, *end = p + hart->extensions_size;
    for (size_t length; p && p < end; p += length + 1) {
        length = strnlen(p, (size_t)(end - p));
        if (is_hidden(p, length)) continue;
        if (length > 1) text_append(t, "_", 1);
        text_append(t, p, length);
    }
}

void arch_cpuinfo(struct text *t, u32 cpu) {
    u32 id = cpus[cpu]->hw_id;
    const struct hart *hart = hart_with_id(id);
    // of the hart that asks: machines with several kinds are rare, and asking another would interrupt it
    struct sbi_machine kind = sbi_machine();

    text_printf(t, "processor\t: %u\nhart\t\t: %u\nisa\t\t: ", cpu, id);
    if (hart->isa) put_isa_string(t, hart->isa);
    else put_isa_list(t, hart);
    text_printf(t, "\nmmu\t\t: sv%u\n", PAGE_SHIFT + 9 * PT_LEVELS);
    text_printf(t, "mvendorid\t: 0x%lx\nmarchid\t\t: 0x%lx\n", kind.vendor, kind.architecture);
    text_printf(t, "mimpid\t\t: 0x%lx\n\n", kind.implementation);
}
