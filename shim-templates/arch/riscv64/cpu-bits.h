/* Bits of control and status registers, by the names of the RISC-V privileged specification 1.12
 * (volume II, chapter 4), and what assembly knows of our structs. Assembly includes this too. */
#pragma once

#define SSTATUS_SIE (1 << 1)
#define SSTATUS_SPIE (1 << 5)
#define SSTATUS_SPP (1 << 8) /* the trap came from supervisor mode */
#define SSTATUS_VS (3 << 9)
#define SSTATUS_VS_INITIAL (1 << 9)
#define SSTATUS_VS_CLEAN (2 << 9)
#define SSTATUS_VS_DIRTY (3 << 9)
#define SSTATUS_FS (3 << 13)
#define SSTATUS_FS_INITIAL (1 << 13)
#define SSTATUS_FS_CLEAN (2 << 13)
#define SSTATUS_FS_DIRTY (3 << 13)
#define SSTATUS_SUM (1 << 18) /* the kernel may touch user pages: never set */
#define SSTATUS_MXR (1 << 19)

/* sie and sip, and in scause the numbers of interrupts. */
#define INTERRUPT_SOFTWARE 1
#define INTERRUPT_TIMER 5
#define INTERRUPT_EXTERNAL 9

/* scause of exceptions. */
#define CAUSE_FETCH_MISALIGNED 0
#define CAUSE_FETCH_ACCESS 1
#define CAUSE_ILLEGAL 2
#define CAUSE_BREAKPOINT 3
#define CAUSE_LOAD_MISALIGNED 4
#define CAUSE_LOAD_ACCESS 5
#define CAUSE_STORE_MISALIGNED 6
#define CAUSE_STORE_ACCESS 7
#define CAUSE_USER_ECALL 8
#define CAUSE_FETCH_PAGE 12
#define CAUSE_LOAD_PAGE 13
#define CAUSE_STORE_PAGE 15
#define CAUSE_NONE 24 /* "custom use": in regs->cause, when it is no trap that goes on */

#define SCOUNTEREN_TM 2 /* the program may read the time CSR */

#define SATP_MODE_SHIFT 60
#define SATP_SV39 8
#define SATP_SV48 9

/* Offsets in struct regs: x1 to x31 in order behind pc. Asserted in trap.c, like those below. */
#define REGS_PC 0
#define REGS_X(n) (8 * (n))
#define REGS_STATUS 256
#define REGS_CAUSE 264
#define REGS_VALUE 272
#define REGS_FIRST_ARGUMENT 280
#define REGS_SIZE 288

/* Offsets in struct cpu. */
#define CPU_STACK_TOP 8
#define CPU_SCRATCH 16
#define CPU_EMERGENCY_TOP 80
