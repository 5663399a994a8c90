/* virtio over PCI (virtio 1.2, section 4.1): registers are found through vendor capabilities.
 * Transitional devices have them too; only the legacy interface is left out. */
#include "../../../virtio/virtio.h"
#include "physmap.h"
#include "pci.h"

#define COMMAND 0x04
#define COMMAND_MEMORY (1 << 1)
#define COMMAND_BUS_MASTER (1 << 2)
#define STATUS_CAPABILITIES (1u << 20) /* in the same word */
#define BAR(n) (0x10 + 4 * (n))
#define BAR_IO 1
#define BAR_64_BIT 4
#define CAPABILITIES 0x34
#define CAPABILITY_VENDOR 9
#define CAP_BAR 4
#define CAP_OFFSET 8
#define CAP_LENGTH 12
#define CAP_NOTIFY_MULTIPLIER 16
enum cap_type { CAP_COMMON = 1, CAP_NOTIFY = 2 };

enum common {
    DRIVER_FEATURES_SELECT = 8,
    DRIVER_FEATURES = 12,
    DEVICE_STATUS = 20,
    QUEUE_SELECT = 22,
    QUEUE_LENGTH = 24,
    QUEUE_ENABLE = 28,
    QUEUE_NOTIFY_OFFSET = 30,
    QUEUE_DESCRIPTORS = 32,
    QUEUE_DRIVER = 40,
    QUEUE_DEVICE = 48,
};

static u8 get8(volatile u8 *base, u32 at) { return *(base + at); }
static u16 get16(volatile u8 *base, u32 at) { return *(volatile u16 *)(base + at); }
static void put8(volatile u8 *base, u32 at, u8 v) { *(base + at) = v; }
static void put16(volatile u8 *base, u32 at, u16 v) { *(volatile u16 *)(base + at) = v; }

static void put_address(volatile u8 *r, u32 at, pa_t pa) {
    put32(r, at, (u32)pa);
    put32(r, at + 4, (u32)(pa >> 32));
}

static bool start(struct virtio_device *d, pa_t queue) {
    volatile u8 *r = d->registers;
    u8 status = VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER;
    put8(r, DEVICE_STATUS, 0);
    put8(r, DEVICE_STATUS, status);
    put32(r, DRIVER_FEATURES_SELECT, 0);
    put32(r, DRIVER_FEATURES, 0);
    put32(r, DRIVER_FEATURES_SELECT, 1);
    put32(r, DRIVER_FEATURES, VIRTIO_F_VERSION_1_WORD);
    put8(r, DEVICE_STATUS, status |= VIRTIO_FEATURES_OK);
    if (!(get8(r, DEVICE_STATUS) & VIRTIO_FEATURES_OK)) return false;
    put16(r, QUEUE_SELECT, 0);
    if (get16(r, QUEUE_LENGTH) < QUEUE_SIZE) return false;
    put16(r, QUEUE_LENGTH, QUEUE_SIZE);
    put_address(r, QUEUE_DESCRIPTORS, queue);
    put_address(r, QUEUE_DRIVER, queue + QUEUE_AVAILABLE);
    put_address(r, QUEUE_DEVICE, queue + QUEUE_USED);
    put16(r, QUEUE_ENABLE, 1);
    put8(r, DEVICE_STATUS, status | VIRTIO_DRIVER_OK);
    return true;
}

static void kick(struct virtio_device *d) { put16(d->notify, 0, 0); }
static void stop(struct virtio_device *d) { put8(d->registers, DEVICE_STATUS, 0); }

static volatile u8 *map_capability(u32 function, u32 cap) {
    u32 bar = pci_read(function, cap + CAP_BAR) & 0xff;
    if (bar > 5) return NULL;
    u32 low = pci_read(function, BAR(bar));
    if (low & BAR_IO) return NULL;
    pa_t base = low & ~15u;
    if (low & BAR_64_BIT) base |= (u64)pci_read(function, BAR(bar + 1)) << 32;
    if (!base) return NULL; // the firmware has given it no address
    base += pci_read(function, cap + CAP_OFFSET);
    return map_device(base, pci_read(function, cap + CAP_LENGTH));
}

bool virtio_pci_probe(struct virtio_device *d, u32 function) {
    *d = (struct virtio_device){.start = start, .kick = kick, .stop = stop};
    u32 command = pci_read(function, COMMAND);
    if (!(command & STATUS_CAPABILITIES)) return false;
    pci_write(function, COMMAND, (command & 0xffff) | COMMAND_MEMORY | COMMAND_BUS_MASTER);

    volatile u8 *notify = NULL;
    u32 multiplier = 0, limit = 48;
    for (u32 cap = pci_read(function, CAPABILITIES) & 0xfc; cap && limit--;) {
        u32 header = pci_read(function, cap);
        if ((header & 0xff) == CAPABILITY_VENDOR) {
            u32 type = header >> 24;
            if (type == CAP_COMMON && !d->registers) d->registers = map_capability(function, cap);
            if (type == CAP_NOTIFY && !notify) {
                notify = map_capability(function, cap);
                multiplier = pci_read(function, cap + CAP_NOTIFY_MULTIPLIER);
            }
        }
        cap = header >> 8 & 0xfc;
    }
    if (!d->registers || !notify) return false;
    put16(d->registers, QUEUE_SELECT, 0);
    d->notify = notify + get16(d->registers, QUEUE_NOTIFY_OFFSET) * multiplier;
    return true;
}
