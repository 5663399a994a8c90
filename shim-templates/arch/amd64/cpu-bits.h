/* Bits of control registers, model-specific registers and CPUID, by the names that the Intel SDM
 * gives them (volume 3A section 2.5, volume 4). Assembly includes this too. */
#pragma once

#define CR0_PE (1 << 0)
#define CR0_MP (1 << 1)
#define CR0_ET (1 << 4)
#define CR0_NE (1 << 5)
#define CR0_WP (1 << 16)
#define CR0_AM (1 << 18)
#define CR0_PG (1 << 31)
/* Every CPU runs with exactly this; as a 32-bit number, since bit 31 would sign-extend in C. */
#define CR0_KERNEL 0x80050033

#define CR4_PAE (1 << 5)
#define CR4_MCE (1 << 6)
#define CR4_PGE (1 << 7)
#define CR4_OSFXSR (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define CR4_UMIP (1 << 11)
#define CR4_OSXSAVE (1 << 18)
#define CR4_SMEP (1 << 20)
#define CR4_SMAP (1 << 21)

#define MSR_APIC_BASE 0x1b
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC 0x800 /* + register offset / 16 */
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SFMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define MSR_TSC_AUX 0xc0000103

#define EFER_SCE (1 << 0)
#define EFER_LME (1 << 8)
#define EFER_NXE (1 << 11)

#define RFLAGS_FIXED (1 << 1)
#define RFLAGS_TF (1 << 8)
#define RFLAGS_IF (1 << 9)
#define RFLAGS_DF (1 << 10)
#define RFLAGS_IOPL (3 << 12)
#define RFLAGS_NT (1 << 14)
#define RFLAGS_RF (1 << 16)
#define RFLAGS_AC (1 << 18)

/* Selectors: the same numbers as Linux's, since programs see them in signal frames. SYSRET wants
 * the user stack segment right before the 64-bit user code segment. */
#define KERNEL_CS 0x10
#define KERNEL_DS 0x18
#define USER32_CS 0x23
#define USER_DS 0x2b
#define USER_CS 0x33
#define TSS_SELECTOR 0x40
#define CPU_NUMBER_SELECTOR 0x7b /* a segment whose limit is the CPU's number: LSL reads it */

/* Interrupt vectors. 0..31 are the CPU's exceptions. */
#define VECTOR_TIMER 0x20
#define VECTOR_IPI 0x21
#define VECTOR_SERIAL 0x22
#define VECTOR_SPURIOUS 0x2f
#define VECTOR_COUNT 0x30
#define KIND_SYSCALL 0x100 /* in regs->kind: not a vector at all */

/* Offsets in struct regs; r15, r14, r13 lie below r12, and the arguments of a call in their order. Asserted in
 * trap.c, like those below. */
#define REGS_R12 24
#define REGS_RBP 32
#define REGS_RBX 40
#define REGS_R11 48
#define REGS_RCX 56
#define REGS_RAX 64
#define REGS_ARGS 72
#define REGS_RIP 136
#define REGS_CS 144
#define REGS_RFLAGS 152
#define REGS_RSP 160
#define REGS_SS 168

/* Offsets in struct cpu. */
#define CPU_STACK_TOP 8
#define CPU_SCRATCH 16
