/* mprotect: new permissions for a range. */
#include "abi.h"
#include "arch.h"
#include "area.h"
#include "fault.h"
#include "map.h"
#include "pagetable.h"
#include "sys.h"

/* May this area get `prot`? */
static long refusal(const struct area *area, u64 length, u32 prot) {
    if (!(prot & PROT_W) || (area->prot & PROT_W)) return 0;
    if ((area->flags & (AREA_READ_ONLY | AREA_SHARED)) == (AREA_READ_ONLY | AREA_SHARED)) return -EACCES;
    // what was reserved without permissions is promised only now
    if (area->kind != AREA_FILE_SHARED && mem_is_overcommit(length)) return -ENOMEM;
    return 0;
}

static long protect_range(uptr start, uptr end, u32 prot) {
    if (areas_reserve() < 0) return -ENOMEM;
    if (pt_split_at(start) < 0 || pt_split_at(end) < 0) return -ENOMEM;
    bool withdrawn = false;
    long result = 0;
    uptr at = start;
    while (at < end && result == 0) {
        // as on Linux, what lies before a hole is changed nevertheless
        struct area *area = area_at(at);
        if (area && area->prot == prot) { // also one that was joined with what lies before it
            at = MIN(area->end, end);
            continue;
        }
        result = area ? refusal(area, MIN(area->end, end) - at, prot) : -ENOMEM;
        if (result < 0) break;
        area = area_cut(area, at, end);
        if (!area) {
            result = -ENOMEM;
            break;
        }
        uptr next = area->end;
        bool copy = area->kind == AREA_ANON || area->kind == AREA_FILE_PRIVATE;
        if (prot & ~area->prot & PROT_X) arch_code_appears();
        area_change(area, prot, area->flags);
        withdrawn |= pt_protect(at, next, prot, copy);
        at = next;
    }
    if (withdrawn) tlb_shootdown(start, at);
    return result;
}

long sys_mprotect(uptr addr, u64 len, u32 prot) {
    if (addr & ~PAGE_MASK) return -EINVAL;
    if (len == 0) return 0;
    if (addr > USER_TOP || len > USER_TOP - addr) return -ENOMEM;
    space_lock();
    long result = protect_range(addr, addr + ALIGN_UP(len, PAGE_SIZE), prot & (PROT_R | PROT_W | PROT_X));
    space_unlock();
    return result;
}
