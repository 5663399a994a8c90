/* Looks at every virtio transport that the device tree lists: entropy devices are read, and the first
 * console becomes the port of the record. */
#include "virtio-platform.h"
#include "../../virtio/virtio.h"
#include "machine.h"
#include "physmap.h"

#define MMIO_SIZE 512

void virtio_find_devices(void) {
    for (u32 i = 0; i < machine.virtio_count; i++) {
        struct virtio_device d;
        u8 *registers = map_device(machine.virtio[i], MMIO_SIZE);
        if (virtio_mmio_probe(&d, registers, VIRTIO_ID_ENTROPY)) virtio_rng_read(&d);
        if (virtio_mmio_probe(&d, registers, VIRTIO_ID_CONSOLE)) virtio_console_open(&d);
    }
}
