/* Memory: physical pages, the kernel heap, page tables, and the areas of the one address space. mem/ */
#pragma once
#include "lock.h"
#include "arch/layout.h"
#include "arch/pte.h"

struct boot_info;
struct inode;

/* --- physical pages: a buddy allocator with one byte of state per page (mem/pages.c) --------------- */
void pages_init(struct boot_info *boot); /* all RAM is in the direct map already */
pa_t pages_alloc(u32 order); /* 2^order pages, naturally aligned, contents undefined; 0 if none */
pa_t page_alloc_zeroed(void);
/* A block may be freed in any smaller pieces. */
void pages_free(pa_t start, u32 order);
u64 pages_total(void);
u64 pages_free_count(void);
u32 pages_block_order(pa_t start); /* of a block not yet freed in pieces */
/* Who has the memory. An allocated page is the kernel's until it is accounted to somebody else; it must
 * be accounted back (with minus) before it is freed. */
enum page_use {
    PAGES_KERNEL, /* heap, stacks, tables */
    PAGES_ANON,   /* the program's own */
    PAGES_FILE,   /* contents of in-memory files */
    PAGES_USES,
};
void pages_account(enum page_use use, i64 pages);
u64 pages_used_count(enum page_use use);
u64 pages_kernel_count(void); /* pages the kernel took for itself: heap, stacks, tables */

static inline void *phys_to_virt(pa_t pa) { return (void *)(PHYSMAP_BASE + pa); }
static inline pa_t virt_to_phys(const void *v) { return (u64)v - PHYSMAP_BASE; } /* direct map only */

/* --- kernel heap (mem/heap.c) ---------------------------------------------------------------------- */
void *kalloc(size_t size); /* zeroed, 16-aligned; NULL when memory is out */
void kfree(void *p);       /* NULL is fine */
void *kstack_alloc(void);  /* lowest address of KSTACK_SIZE bytes with an unmapped page below; NULL */
void kstack_free(void *stack);
#define KSTACK_SIZE (4 * PAGE_SIZE)

/* --- page tables (mem/pagetable.c over arch/pte.h) -------------------------------------------------
 * arch/pte.h gives: typedef u64 pte_t; PT_LEVELS; pte_index(va, level); pte_table(pa);
 * pte_leaf(pa, prot bits, level); pte_present/pte_is_leaf/pte_pa/pte_flags/pte_with_prot/pte_borrowed;
 * extern pte_t *kernel_root; level 0 = 4 KiB, 1 = 2 MiB. */
enum prot {
    PROT_R = 1, /* same bits as PROT_READ, PROT_WRITE, PROT_EXEC */
    PROT_W = 2,
    PROT_X = 4,
};

/* --- areas (mem/area.c): a balanced tree by address, with the largest gap of each subtree ------------ */
enum area_kind {
    AREA_ANON,         /* zero on first touch */
    AREA_FILE_PRIVATE, /* pages of an inode, copied when written */
    AREA_FILE_SHARED,  /* pages of an inode */
    AREA_SPECIAL,      /* vDSO, vvar, signal trampoline: fixed pages of the kernel */
};

struct area; /* fields in mem/area.h: start, end, prot, kind, inode, offset, name */

/* The bodies of munmap & co. call these; so does vdso_map(). Errors are negative errno. */
int mem_map_special(uptr *at, const pa_t *pages, u32 count, u32 prot, const char *name);
int mem_unmap(uptr start, u64 length);
/* A file shrank: pages of shared and untouched private mappings beyond `size` are taken away. Called
 * with the inode's lock held, before its pages are freed. */
void mem_file_truncated(struct inode *inode, u64 size);
/* A page fault: maps the page, or says which signal. 0 = repeat; else si_code<<8 | signo. */
int mem_fault(uptr address, u32 access /* enum fault_access */);
/* Text for /proc/self/maps and numbers for /proc/self/status, statm, meminfo. */
size_t mem_describe_maps(char *out, size_t size, uptr *resume); /* whole lines; 0 at the end */
struct mem_usage {
    u64 mapped, resident, peak_resident, anon, file; /* bytes */
};
void mem_usage(struct mem_usage *out);

/* --- TLB shootdown (mem/shootdown.c) ----------------------------------------------------------------
 * Returns when no CPU can use an old translation for the range. Called with LOCK_MM held; the pages
 * may be reused after it. */
void tlb_shootdown(uptr start, uptr end);
/* The same when page tables go too: then idle CPUs are interrupted as well, because a CPU may walk a
 * table it remembers at any time, and must not do so in a page with other contents. */
void tlb_shootdown_tables(uptr start, uptr end);
void tlb_serve_flush(void); /* this CPU's part, from cpu_serve_requests() */
void tlb_leave_idle(void);  /* idle CPUs are not interrupted; they flush when they wake */

#ifdef KERNEL_DEBUG
#include "debug/memory.h"
#else
#define heap_poison(object, size) ((void)0)
#endif
