/* The only door to the Go program's memory. See user.h.
 *
 * Two walls: the range must lie below USER_TOP, and the access itself is made by a few instructions
 * of the architecture (user-arch.h) whose faults end in a fixup instead of a panic. A fault first
 * asks mem/ to bring the page in, so demand-zero and copy-on-write work here as in user mode. */
#include "user.h"
#include "abi.h"
#include "arch/layout.h"
#include "arch/user-arch.h"
#include "lock.h"

size_t user_read_some(void *to, uptr from, size_t n) {
    if (from >= USER_TOP) return 0;
    size_t reach = MIN(n, USER_TOP - from);
    assert_may_fault();
    return reach - arch_user_copy_in(to, from, reach);
}

size_t user_write_some(uptr to, const void *from, size_t n) {
    if (to >= USER_TOP) return 0;
    size_t reach = MIN(n, USER_TOP - to);
    assert_may_fault();
    return reach - arch_user_copy_out(to, from, reach);
}

int user_read(void *to, uptr from, size_t n) {
    if (!user_range_ok(from, n)) return -EFAULT;
    assert_may_fault();
    return arch_user_copy_in(to, from, n) ? -EFAULT : 0;
}

int user_write(uptr to, const void *from, size_t n) {
    if (!user_range_ok(to, n)) return -EFAULT;
    assert_may_fault();
    return arch_user_copy_out(to, from, n) ? -EFAULT : 0;
}

int user_zero(uptr to, size_t n) {
    if (!user_range_ok(to, n)) return -EFAULT;
    assert_may_fault();
    return arch_user_zero(to, n) ? -EFAULT : 0;
}

int user_load_u32(u32 *value, uptr from) {
    if ((from & 3) || !user_range_ok(from, sizeof *value)) return -EFAULT;
    assert_may_fault();
    return arch_user_load_u32(value, from);
}

int user_cmpxchg_u32(uptr at, u32 expected, u32 desired, u32 *found) {
    if ((at & 3) || !user_range_ok(at, sizeof *found)) return -EFAULT;
    assert_may_fault();
    return arch_user_cmpxchg_u32(at, expected, desired, found);
}

ssize_t user_read_string(char *to, uptr from, size_t size) {
    // Piece by piece up to page boundaries: the string may end just before an unmapped page.
    size_t done = 0;
    while (done < size) {
        size_t piece = MIN(size - done, PAGE_SIZE - ((from + done) & (PAGE_SIZE - 1)));
        size_t got = user_read_some(to + done, from + done, piece);
        for (size_t i = 0; i < got; i++)
            if (to[done + i] == 0) return (ssize_t)(done + i);
        if (got < piece) return -EFAULT;
        done += piece;
    }
    return -ENAMETOOLONG;
}
