/* The registers of interrupted code, as entry.S pushes them: at the top of the kernel stack when
 * the code was the program's. Everything the program can see of its integer state is here, so
 * changing this frame is changing the program. */
#pragma once
#include "types.h"
#include "arch/cpu-bits.h"

struct regs {
    u64 r15, r14, r13, r12, rbp, rbx; /* pushed last */
    u64 r11, rcx, rax;
    u64 rdi, rsi, rdx, r10, r8, r9; /* the arguments of a call: SYSCALL puts the return address in rcx */
    u64 kind;                     /* exception or interrupt vector, or KIND_SYSCALL */
    u64 code;                     /* error code of the exception; number of the system call */
    u64 rip, cs, rflags, rsp, ss; /* pushed by the CPU, in the order of IRET */
};
_Static_assert(sizeof(struct regs) == 176, "entry.S knows this layout");

/* The ABI lets leaf functions use this many bytes below the stack pointer (System V, 3.2.2). */
#define USER_RED_ZONE 128

static inline bool regs_from_user(const struct regs *r) { return r->cs & 3; }
static inline bool regs_in_syscall(const struct regs *r) { return r->kind == KIND_SYSCALL; }
static inline u64 regs_syscall_nr(const struct regs *r) { return r->code; }

static inline const u64 *regs_args(const struct regs *r) { return &r->rdi; }
static inline u64 regs_arg(const struct regs *r, u32 i) { return regs_args(r)[i]; }

static inline u64 regs_result(const struct regs *r) { return r->rax; }
static inline void regs_set_result(struct regs *r, u64 v) { r->rax = v; }
/* The frame pointer, and how many words lower than it the two words of its frame begin. */
static inline u64 regs_frame(const struct regs *r) { return r->rbp; }
#define FRAME_WORDS_BELOW 0
static inline u64 regs_pc(const struct regs *r) { return r->rip; }
static inline void regs_set_pc(struct regs *r, u64 pc) { r->rip = pc; }
static inline u64 regs_sp(const struct regs *r) { return r->rsp; }
static inline void regs_set_sp(struct regs *r, u64 sp) { r->rsp = sp; }

/* Back to before the SYSCALL instruction, two bytes long, with the call's number where it was. */
static inline void regs_restart_syscall(struct regs *r) {
    r->rax = r->code;
    r->rip -= 2;
    r->kind = 0; /* once only */
}

/* A program that starts: nothing in registers, interrupts on. */
static inline void regs_init_user(struct regs *r, u64 pc, u64 sp) {
    *r = (struct regs){.rip = pc, .rsp = sp, .cs = USER_CS, .ss = USER_DS,
                       .rflags = RFLAGS_IF | RFLAGS_FIXED};
}

/* The child of a clone, `r` being a copy of the parent's: all registers but these two are its
 * parent's. `sp` 0 means: the parent's stack (Linux does the same). */
static inline void regs_clone_child(struct regs *r, u64 sp) {
    r->rax = 0;
    if (sp) r->rsp = sp;
}
