/* What the auxiliary vector says about the CPU. */
#include "arch.h"
#include "machine.h"

/* Linux gives a bit for each letter that every hart has (arch/riscv/include/uapi/asm/hwcap.h). V is
 * hidden: vector.h. */
u64 arch_hwcap(void) {
    u64 all = 0;
    for (const char *letter = "imafdc"; *letter; letter++) {
        char name[2] = {*letter, 0};
        bool everywhere = machine.hart_count > 0;
        for (u32 i = 0; i < machine.hart_count; i++)
            if (!hart_has(&machine.harts[i], name)) everywhere = false;
        if (everywhere) all |= 1ull << (*letter - 'a');
    }
    return all;
}
