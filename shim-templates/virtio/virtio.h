/* virtio (OASIS, Virtual I/O Device version 1.2), as little of it as one polled queue needs.
 *
 * A transport, mmio.c or an architecture's PCI, brings a device to life with one of its queues and tells it
 * when there is work. The drivers are rng.c and console.c. */
#pragma once
#include "arch/insn.h"
#include "types.h"

#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_ENTROPY 4

/* Where the parts of the queue's page lie: descriptors, what the driver offers, what the device has
 * used, and the data. The old layout wants `used` on a boundary that the driver may choose. */
#define QUEUE_SIZE 8
#define QUEUE_AVAILABLE 128
#define QUEUE_USED 256
#define QUEUE_ALIGN 256
#define QUEUE_DATA 1024

/* What lies there (section 2.7): a split virtqueue of which only descriptor 0 is used. */
struct virtio_descriptor {
    u64 address;
    u32 length;
    u16 flags, next;
};
#define DESCRIPTOR_WRITE 2 /* the device writes the buffer */

struct virtio_available {
    u16 flags, index, ring[QUEUE_SIZE];
};

struct virtio_used {
    u16 flags, index;
    struct {
        u32 id, length;
    } ring[QUEUE_SIZE];
};

enum virtio_status {
    VIRTIO_ACKNOWLEDGE = 1,
    VIRTIO_DRIVER = 2,
    VIRTIO_DRIVER_OK = 4,
    VIRTIO_FEATURES_OK = 8,
};
#define VIRTIO_F_VERSION_1_WORD 1 /* feature bit 32: bit 0 of word 1 */

struct virtio_device {
    volatile u8 *registers; /* mmio: all; pci: the common configuration */
    volatile u8 *notify;    /* pci: where queue 0 is notified */
    u32 queue;              /* which one is used; 0 unless the driver wants another (mmio) */
    bool (*start)(struct virtio_device *d, pa_t queue); /* false: not to be had */
    void (*kick)(struct virtio_device *d);
    void (*stop)(struct virtio_device *d); /* reset: it forgets the queue */
};

/* mmio.c: is there a device of this kind at these registers? */
bool virtio_mmio_probe(struct virtio_device *d, volatile u8 *registers, u32 device_id);
/* rng.c: reads once and stirs it in; says nothing if the device is silent. */
void virtio_rng_read(struct virtio_device *d);
/* console.c: output to one console; the first device that starts is it. */
void virtio_console_open(const struct virtio_device *d);
bool virtio_console_is_open(void);
void virtio_console_write(const char *text, size_t len);
void virtio_console_drain(void);

/* Registers are little-endian, and ordered against memory that the device sees. */
static inline u32 get32(volatile u8 *base, u32 at) { return mmio_read32(base + at); }
static inline void put32(volatile u8 *base, u32 at, u32 v) { mmio_write32(base + at, v); }
