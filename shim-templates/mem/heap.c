/* The kernel heap: size classes cut from single pages; anything larger is a block of pages.
 *
 * A slab is one page: a header, then objects of one class. Slabs with a free object hang on their
 * class's list. kfree() finds the header at the start of the page; since no object of a slab is
 * page-aligned, a page-aligned pointer can only be a block of its own. */
#include "list.h"
#include "log.h"
#include "mem.h"
#include "string.h"

struct slab {
    struct list link; /* on its class's list while it has a free object */
    void *free;       /* first free object; each holds the next */
    u16 class;
    u16 used;
    u32 magic;
};

#define SLAB_MAGIC 0x51ab51abu
#define SLAB_ROOM (PAGE_SIZE - sizeof(struct slab))

// As many objects as fit a page after the header, sizes rounded down to 16.
static const u16 class_sizes[] = {16, 32, 48, 64, 96, 128, 192, 256, 384, 496, 672, 1008, 1344, 2032};
#define CLASSES COUNT(class_sizes)

static struct spinlock heap_lock = SPINLOCK(LOCK_HEAP);
static struct list partial[CLASSES]; /* slabs with a free object; next == NULL before first use */

_Static_assert(sizeof(struct slab) % 16 == 0, "objects are 16-aligned");

static struct slab *slab_new(u32 class) {
    pa_t page = pages_alloc(0);
    if (!page) return NULL;
    struct slab *slab = phys_to_virt(page);
    *slab = (struct slab){.class = class, .magic = SLAB_MAGIC};
    // chain the objects in address order
    u32 size = class_sizes[class];
    char *object = (char *)(slab + 1);
    void **tail = &slab->free;
    for (u32 i = 0; i < SLAB_ROOM / size; i++, object += size) {
        *tail = object;
        tail = (void **)object;
    }
    *tail = NULL;
    list_push_front(&partial[class], &slab->link);
    return slab;
}

static void *alloc_block(size_t size) {
    u32 order = 0;
    while ((PAGE_SIZE << order) < size) order++;
    pa_t block = pages_alloc(order);
    if (!block) return NULL;
    memset(phys_to_virt(block), 0, PAGE_SIZE << order);
    return phys_to_virt(block);
}

void *(kalloc)(size_t size) {
    if (size > class_sizes[CLASSES - 1]) return size > GIB ? NULL : alloc_block(size);
    u32 class = 0;
    while (class_sizes[class] < size) class++;

    spin_lock(&heap_lock);
    struct list *head = &partial[class];
    if (!head->next) list_init(head);
    struct slab *slab = list_empty(head) ? slab_new(class) : CONTAINER(head->next, struct slab, link);
    void *object = NULL;
    if (slab) {
        object = slab->free;
        slab->free = *(void **)object;
        slab->used++;
        if (!slab->free) list_remove(&slab->link);
    }
    spin_unlock(&heap_lock);
    return object ? memset(object, 0, class_sizes[class]) : NULL;
}

void (kfree)(void *p) {
    if (!p) return;
    if (((uintptr_t)p & (PAGE_SIZE - 1)) == 0) {
        pa_t block = virt_to_phys(p);
        pages_free(block, pages_block_order(block));
        return;
    }
    struct slab *slab = (struct slab *)((uintptr_t)p & PAGE_MASK);
    spin_lock(&heap_lock);
    if (slab->magic != SLAB_MAGIC || slab->used == 0) panic("kfree(%p): not from the heap", p);
    struct list *head = &partial[slab->class];
    if (!slab->free) list_push_front(head, &slab->link);
    heap_poison(p, class_sizes[slab->class]);
    *(void **)p = slab->free;
    slab->free = p;
    // an empty slab goes back to the pages, unless it is the only one with room
    if (--slab->used == 0 && (head->next != &slab->link || head->prev != &slab->link)) {
        list_remove(&slab->link);
        slab->magic = 0;
        pages_free(virt_to_phys(slab), 0);
    }
    spin_unlock(&heap_lock);
}
