/* Memory in a debug kernel: who asks may be told that there is none, what the heap has given is counted, and what is
 * given holds nothing. */
#pragma once
#include "debug/poison.h"
#include "types.h"

extern u64 heap_blocks; /* given and not yet freed */
bool fault_memory(void);
bool fault_page(void);

#define kalloc(size)                                                                               \
    ({                                                                                             \
        void *block_ = fault_memory() ? NULL : (kalloc)(size);                                     \
        if (block_) __atomic_add_fetch(&heap_blocks, 1, __ATOMIC_RELAXED);                         \
        block_;                                                                                    \
    })
#define heap_poison(object, size) poison_bytes(object, size)
#define kfree(block)                                                                               \
    ({                                                                                             \
        void *block_ = (void *)(block);                                                            \
        if (block_) __atomic_sub_fetch(&heap_blocks, 1, __ATOMIC_RELAXED);                         \
        (kfree)(block_);                                                                           \
    })
#define pages_alloc(order)                                                                         \
    ({                                                                                             \
        u32 order_ = (order);                                                                      \
        pa_t pages_ = fault_page() ? 0 : (pages_alloc)(order_);                                    \
        if (pages_) poison_pages(pages_, order_);                                                  \
        pages_;                                                                                    \
    })
