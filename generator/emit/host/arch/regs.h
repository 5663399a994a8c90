#pragma once
#include "types.h"
struct regs {
    u64 nr, args[6], pc;
};
static inline u64 regs_syscall_nr(const struct regs *r) { return r->nr; }
static inline const u64 *regs_args(const struct regs *r) { return r->args; }
static inline u64 regs_arg(const struct regs *r, u32 i) { return r->args[i]; }
static inline u64 regs_pc(const struct regs *r) { return r->pc; }
