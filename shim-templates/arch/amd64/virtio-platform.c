/* Looks for entropy devices: on PCI; where the command line says
 * (virtio_mmio.device=512@0xfeb00000:5, added by QEMU's microvm and by Firecracker); at
 * microvm's fixed places when ACPI describes that machine. */
#include "virtio-platform.h"
#include "../../virtio/virtio.h"
#include "machine.h"
#include "physmap.h"
#include "platform/pci.h"
#include "string.h"

#define VENDOR_VIRTIO 0x1af4
#define DEVICE_ENTROPY 0x1044              /* 0x1040 + VIRTIO_ID_ENTROPY */
#define DEVICE_ENTROPY_TRANSITIONAL 0x1005
#define MICROVM_FIRST 0xfeb00000           /* QEMU include/hw/i386/microvm.h */
#define MICROVM_COUNT 24
#define MMIO_SIZE 512

static void try_mmio(pa_t pa) {
    struct virtio_device d;
    if (virtio_mmio_probe(&d, map_device(pa, MMIO_SIZE), VIRTIO_ID_ENTROPY)) virtio_rng_read(&d);
}

static void try_pci(u32 function, u16 vendor, u16 device) {
    struct virtio_device d;
    if (vendor != VENDOR_VIRTIO) return;
    if (device != DEVICE_ENTROPY && device != DEVICE_ENTROPY_TRANSITIONAL) return;
    if (virtio_pci_probe(&d, function)) virtio_rng_read(&d);
}

static u64 parse_hex(const char *s) {
    u64 value = 0;
    if (starts_with(s, "0x")) s += 2;
    for (;; s++) {
        char c = *s | 32; // lower case; digits stay what they are
        if (c >= '0' && c <= '9') value = value << 4 | (u64)(c - '0');
        else if (c >= 'a' && c <= 'f') value = value << 4 | (u64)(c - 'a' + 10);
        else return value;
    }
}

static void follow_command_line(const char *line) {
    static const char word[] = "virtio_mmio.device=";
    for (const char *p = line; *p; p++) {
        if (!starts_with(p, word)) continue;
        const char *at = strchr(p, '@');
        pa_t pa = at ? parse_hex(at + 1) : 0;
        if (pa && pa % 4 == 0) try_mmio(pa);
    }
}

void virtio_find_entropy(const char *command_line) {
    if (pci_present()) pci_each(try_pci);
    follow_command_line(command_line);
    if (machine.virtio_mmio_expected)
        for (u32 i = 0; i < MICROVM_COUNT; i++) try_mmio(MICROVM_FIRST + i * MMIO_SIZE);
}
