/* virtio over memory-mapped registers (virtio 1.2, section 4.2), version 2, and the older version 1
 * (section 4.2.4) that QEMU still presents by default. */
#include "virtio.h"

enum mmio {
    MAGIC = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SELECT = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SELECT = 0x024,
    LEGACY_PAGE_SIZE = 0x028,
    QUEUE_SELECT = 0x030,
    QUEUE_LENGTH_MAX = 0x034,
    QUEUE_LENGTH = 0x038,
    LEGACY_QUEUE_ALIGN = 0x03c,
    LEGACY_QUEUE_PAGE = 0x040,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    STATUS = 0x070,
    QUEUE_DESCRIPTORS = 0x080,
    QUEUE_DRIVER = 0x090,
    QUEUE_DEVICE = 0x0a0,
};
#define MAGIC_VIRT 0x74726976

static void put_address(volatile u8 *r, u32 at, pa_t pa) {
    put32(r, at, (u32)pa);
    put32(r, at + 4, (u32)(pa >> 32));
}

static bool start(struct virtio_device *d, pa_t queue) {
    volatile u8 *r = d->registers;
    bool legacy = get32(r, VERSION) == 1;
    put32(r, STATUS, 0);
    put32(r, STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER);
    put32(r, DRIVER_FEATURES_SELECT, 0);
    put32(r, DRIVER_FEATURES, 0);
    if (legacy) {
        if (queue >> PAGE_SHIFT > UINT32_MAX) return false;
        put32(r, LEGACY_PAGE_SIZE, PAGE_SIZE);
    } else {
        put32(r, DRIVER_FEATURES_SELECT, 1);
        put32(r, DRIVER_FEATURES, VIRTIO_F_VERSION_1_WORD);
        put32(r, STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK);
        if (!(get32(r, STATUS) & VIRTIO_FEATURES_OK)) return false;
    }
    put32(r, QUEUE_SELECT, d->queue);
    if (get32(r, QUEUE_LENGTH_MAX) < QUEUE_SIZE) return false;
    put32(r, QUEUE_LENGTH, QUEUE_SIZE);
    if (legacy) {
        put32(r, LEGACY_QUEUE_ALIGN, QUEUE_ALIGN);
        put32(r, LEGACY_QUEUE_PAGE, (u32)(queue >> PAGE_SHIFT));
    } else {
        put_address(r, QUEUE_DESCRIPTORS, queue);
        put_address(r, QUEUE_DRIVER, queue + QUEUE_AVAILABLE);
        put_address(r, QUEUE_DEVICE, queue + QUEUE_USED);
        put32(r, QUEUE_READY, 1);
    }
    put32(r, STATUS, get32(r, STATUS) | VIRTIO_DRIVER_OK);
    return true;
}

static void kick(struct virtio_device *d) { put32(d->registers, QUEUE_NOTIFY, d->queue); }
static void stop(struct virtio_device *d) { put32(d->registers, STATUS, 0); }

bool virtio_mmio_probe(struct virtio_device *d, volatile u8 *registers, u32 device_id) {
    if (get32(registers, MAGIC) != MAGIC_VIRT) return false;
    if (get32(registers, DEVICE_ID) != device_id) return false;
    *d = (struct virtio_device){.registers = registers, .start = start, .kick = kick, .stop = stop};
    return true;
}
