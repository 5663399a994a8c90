/* What this machine has, as its device tree describes it. machine.c
 * An address of 0 means that there is no such device. */
#pragma once
#include "cpu.h"
#include "types.h"

#define MAX_VIRTIO 32

struct hart {
    u32 id;
    const char *isa;      /* "rv64imafdc_zicsr_...", NULL if the tree has only the list */
    const u8 *extensions; /* list of strings: "i", "m", "zicsr", ... (RISC-V devicetree binding "extensions") */
    u32 extensions_size;
    u32 interrupts;       /* phandle of its interrupt controller */
};

struct machine {
    struct hart harts[MAX_CPUS]; /* those with paging; the boot hart among them */
    u32 hart_count;
    u64 timebase_frequency; /* of the time CSR */
    struct {
        pa_t registers;
        u32 shift, width; /* registers lie 1 << shift bytes apart, `width` bytes wide */
        u32 interrupt;
    } uart; /* like a 16550 */
    struct {
        pa_t registers;
        u64 size;
        const u8 *contexts; /* pairs: interrupt controller, its input */
        u32 context_count;
    } plic;
    pa_t virtio[MAX_VIRTIO];
    u32 virtio_count;
    pa_t rtc;      /* QEMU's "goldfish" clock */
    pa_t finisher; /* ends QEMU */
};
extern struct machine machine;

void machine_read(void); /* after fdt_init() */
/* "d", "zkr", "sstc": lower case. Letters that others imply ("g") count. */
bool hart_has(const struct hart *hart, const char *extension);
/* The first extension that Go programs need and the hart lacks ("d"); NULL if it has them all. */
const char *lacking_extension(const struct hart *hart);
bool every_hart_has(const char *extension);
const struct hart *hart_with_id(u32 id); /* NULL if it is not listed */
