/* A console device (virtio 1.2, section 5.3), for output only: its transmit queue, one buffer at a time, by
 * polling.
 *
 * A write returns when the device has the bytes and waits for the ones before it. A device that does not
 * take them, because nobody reads at its other end, must not stop the kernel: it is given up. */
#include "virtio.h"
#include "clock.h"
#include "cpu.h"
#include "mem.h"
#include "string.h"

#define TRANSMIT_QUEUE 1 /* of port 0; queue 0 receives */
#define ROOM (PAGE_SIZE - QUEUE_DATA)
#define CONSOLE_PATIENCE_NS 2000000000ull

static struct virtio_device console;
static pa_t page; /* 0: not open */
static u16 sent;

void virtio_console_open(const struct virtio_device *d) {
    if (page) return;
    console = *d;
    console.queue = TRANSMIT_QUEUE;
    page = page_alloc_zeroed();
    if (!page || console.start(&console, page)) return;
    console.stop(&console);
    pages_free(page, 0);
    page = 0;
}

bool virtio_console_is_open(void) { return page; }

void virtio_console_drain(void) {
    if (!page) return;
    struct virtio_used *used = phys_to_virt(page + QUEUE_USED);
    u64 end = clock_now() + CONSOLE_PATIENCE_NS;
    while (__atomic_load_n(&used->index, __ATOMIC_ACQUIRE) != sent) {
        arch_pause();
        if (clock_now() < end) continue;
        console.stop(&console);
        page = 0; // the device has forgotten it, and nobody gets it: this does not happen twice
        return;
    }
}

void virtio_console_write(const char *text, size_t len) {
    while (len) {
        virtio_console_drain();
        if (!page) return;
        u8 *base = phys_to_virt(page);
        struct virtio_available *available = (struct virtio_available *)(base + QUEUE_AVAILABLE);
        size_t piece = MIN(len, ROOM);
        memcpy(base + QUEUE_DATA, text, piece);
        *(struct virtio_descriptor *)base =
            (struct virtio_descriptor){.address = page + QUEUE_DATA, .length = (u32)piece};
        available->ring[sent % QUEUE_SIZE] = 0;
        __atomic_store_n(&available->index, ++sent, __ATOMIC_SEQ_CST);
        console.kick(&console);
        text += piece;
        len -= piece;
    }
}
