/* Kernel stacks: four pages each in a region of their own, with an unmapped page below every one,
 * so that an overflow is a fault with a clear address instead of silent damage.
 *
 * A freed stack keeps its pages and is handed out again first. Unmapping it would need every CPU to
 * flush kernel translations, for memory that the next thread wants anyway: what stays taken is
 * bounded by the largest number of threads that ever lived at once. */
#include "debug/checks.h"
#include "log.h"
#include "mem.h"
#include "pagetable.h"
#include "string.h"

#define SLOT_SIZE (KSTACK_SIZE + PAGE_SIZE)

static struct spinlock kstack_lock = SPINLOCK(LOCK_KSTACK);
static u64 next_slot;
static void *free_stacks; /* each holds the next in its lowest word */

static void *map_slot(u64 slot) {
    u64 base = KSTACK_BASE + slot * SLOT_SIZE + PAGE_SIZE;
    for (u64 offset = 0; offset < KSTACK_SIZE; offset += PAGE_SIZE) {
        pa_t page = pages_alloc(0);
        if (page && pt_map_kernel(base + offset, page, PROT_R | PROT_W)) continue;
        if (page) pages_free(page, 0);
        // Memory is out: the slot is given up with what it has. It is tried again by the next caller,
        // who finds entries filled and replaces them, so the pages are returned here.
        while (offset > 0) {
            u32 level;
            offset -= PAGE_SIZE;
            pte_t *e = pt_find(base + offset, &level);
            pages_free(pte_pa(*e), 0);
            *e = 0; // never used by any CPU, so no translation exists
        }
        return NULL;
    }
    return (void *)base;
}

void *kstack_alloc(void) {
    spin_lock(&kstack_lock);
    void *stack = free_stacks;
    if (stack) free_stacks = *(void **)stack;
    else if ((stack = map_slot(next_slot)) != NULL) next_slot++;
    spin_unlock(&kstack_lock);
    stack_paint(stack, KSTACK_SIZE);
    return stack;
}

void kstack_free(void *stack) {
    if (!stack) return;
    spin_lock(&kstack_lock);
    *(void **)stack = free_stacks;
    free_stacks = stack;
    spin_unlock(&kstack_lock);
}
