/* What the auxiliary vector says about the CPU. */
#include "arch.h"
#include "machine.h"
#include "vector.h"

/* Linux gives a bit for each letter that every hart has (arch/riscv/include/uapi/asm/hwcap.h). */
u64 arch_hwcap(void) {
    u64 all = vlenb ? 1ull << ('v' - 'a') : 0;
    for (const char *letter = "imafdc"; *letter; letter++) {
        char name[2] = {*letter, 0};
        if (every_hart_has(name)) all |= 1ull << (*letter - 'a');
    }
    return all;
}
