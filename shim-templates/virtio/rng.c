/* The entropy device (virtio 1.2, section 5.4): it fills a buffer with random bytes.
 *
 * Read once, at boot, by polling with a bound: a device whose backend has nothing must not hold
 * up the program. It is reset before its page is given back, so that it cannot write there
 * later. */
#include "virtio.h"
#include "arch.h"
#include "clock.h"
#include "cpu.h"
#include "mem.h"
#include "random.h"
#include "string.h"

#define WANTED 64
#define RNG_PATIENCE_NS 1000000000ull /* a host that has other things to do answers late */

void virtio_rng_read(struct virtio_device *d) {
    pa_t page = page_alloc_zeroed();
    if (!page) return;
    u8 *base = phys_to_virt(page);
    struct virtio_available *available = (struct virtio_available *)(base + QUEUE_AVAILABLE);
    struct virtio_used *used = (struct virtio_used *)(base + QUEUE_USED);
    if (d->start(d, page)) {
        *(struct virtio_descriptor *)base = (struct virtio_descriptor){
            .address = page + QUEUE_DATA, .length = WANTED, .flags = DESCRIPTOR_WRITE};
        available->ring[0] = 0;
        __atomic_store_n(&available->index, 1, __ATOMIC_SEQ_CST);
        d->kick(d);

        u64 end = clock_now() + RNG_PATIENCE_NS;
        while (!__atomic_load_n(&used->index, __ATOMIC_ACQUIRE) && clock_now() < end) arch_pause();
        if (used->index && used->ring[0].length)
            random_add(base + QUEUE_DATA, MIN(used->ring[0].length, WANTED));
    }
    d->stop(d);
    memset(base, 0, PAGE_SIZE);
    pages_free(page, 0);
}
