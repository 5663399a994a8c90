/* The registers of interrupted code, as entry.S stores them: at the top of the kernel stack when
 * the code was the program's. pc and x1 to x31 lie as in Linux's user_regs_struct, which is what
 * signal frames hold. Everything the program can see of its integer state is here, so changing
 * this frame is changing the program. */
#pragma once
#include "types.h"
#include "arch/cpu-bits.h"

struct regs {
    u64 pc, ra, sp, gp, tp, t0, t1, t2, s0, s1;
    u64 a0, a1, a2, a3, a4, a5, a6, a7;
    u64 s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
    u64 status;         /* sstatus */
    u64 cause, value;   /* scause, stval */
    u64 first_argument; /* a0 of a system call: the result takes its place */
};
_Static_assert(sizeof(struct regs) == REGS_SIZE, "entry.S knows this layout");

/* The ABI leaves nothing below the stack pointer (RISC-V calling convention, "Integer Calling
 * Convention"). */
#define USER_RED_ZONE 0

static inline bool regs_from_user(const struct regs *r) { return !(r->status & SSTATUS_SPP); }
static inline bool regs_in_syscall(const struct regs *r) { return r->cause == CAUSE_USER_ECALL; }
static inline u64 regs_syscall_nr(const struct regs *r) { return r->a7; }
/* Until the call has its result, which takes the place of the first. */
static inline const u64 *regs_args(const struct regs *r) { return &r->a0; }
static inline u64 regs_arg(const struct regs *r, u32 i) { return regs_args(r)[i]; }

static inline u64 regs_result(const struct regs *r) { return r->a0; }
static inline void regs_set_result(struct regs *r, u64 v) { r->a0 = v; }
/* The frame pointer, and how many words lower than it the two words of its frame begin (psABI, frame pointer
 * convention). */
static inline u64 regs_frame(const struct regs *r) { return r->s0; }
#define FRAME_WORDS_BELOW 2
static inline u64 regs_pc(const struct regs *r) { return r->pc; }
static inline void regs_set_pc(struct regs *r, u64 pc) { r->pc = pc; }
static inline u64 regs_sp(const struct regs *r) { return r->sp; }
static inline void regs_set_sp(struct regs *r, u64 sp) { r->sp = sp; }

/* Back to the ECALL instruction, four bytes long (it has no compressed form), with its first
 * argument. */
static inline void regs_restart_syscall(struct regs *r) {
    r->a0 = r->first_argument;
    r->pc -= 4;
    r->cause = CAUSE_NONE; /* once only */
}

/* A program that starts: nothing in registers. */
static inline void regs_init_user(struct regs *r, u64 pc, u64 sp) {
    *r = (struct regs){.pc = pc, .sp = sp, .status = SSTATUS_SPIE, .cause = CAUSE_NONE};
}

/* The child of a clone, `r` being a copy of the parent's: all registers but these two are its
 * parent's. `sp` 0 means: the parent's stack (Linux does the same). */
static inline void regs_clone_child(struct regs *r, u64 sp) {
    r->a0 = 0;
    if (sp) r->sp = sp;
}
