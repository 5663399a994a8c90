/* What the auxiliary vector says about the CPU. */
#include "arch.h"
#include "insn.h"

/* Linux gives EDX of CPUID leaf 1 (arch/x86/include/asm/elf.h, ELF_HWCAP). */
u64 arch_hwcap(void) { return cpuid(1, 0).d; }
