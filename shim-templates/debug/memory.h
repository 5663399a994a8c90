/* Memory in a debug kernel: who asks may be told that there is none, and what the heap has given is counted. */
#pragma once
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
#define kfree(block)                                                                               \
    ({                                                                                             \
        void *block_ = (void *)(block);                                                            \
        if (block_) __atomic_sub_fetch(&heap_blocks, 1, __ATOMIC_RELAXED);                         \
        (kfree)(block_);                                                                           \
    })
#define pages_alloc(order) (fault_page() ? 0 : (pages_alloc)(order))
