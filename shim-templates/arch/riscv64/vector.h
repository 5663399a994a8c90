/* Vector state of threads: F, D and V. vector.S, vector.c
 *
 * Invariant: F and D are saved and restored as a whole, on every switch and in every signal frame;
 * so is V from a thread's first instruction of it. Until then sstatus.VS is off, such instructions
 * trap, and V costs nothing. sstatus.FS and sstatus.VS say whether the registers have changed since
 * they were last saved; what the kernel itself loads makes them dirty too, so they always tell the
 * truth. */
#pragma once
#include "types.h"
#include "arch/thread-arch.h"

struct thread;
struct regs;

void vector_init_cpu(void);
void vector_save(struct thread *t);    /* this hart's registers -> memory, for a switch */
void vector_restore(struct thread *t);
void vector_save_whole(struct vector_state *to); /* for a signal frame */
/* Any bits are a valid state: the program may have written them. */
void vector_load(const struct vector_state *from);

/* --- V ---------------------------------------------------------------------------------------- */
extern u32 vlenb; /* bytes of one register; 0: programs have no V */
#define V_REGISTERS_SIZE (32ul * vlenb)
/* Does this hart have the registers that threads are promised? Others are not started. */
bool v_matches(void);
/* An illegal instruction of the program: true if it was its first one of V, which may be repeated. */
bool v_first_use(struct regs *regs);
/* The running thread's state: brought to memory; or taken from there, any bits are valid. */
void v_save_current(void);
void v_load_current(void);
void v_is_in_registers(void); /* and nowhere else: what lies in memory is to be written over */

/* vector.S */
void v_save(struct v_state *to);
void v_load(const struct v_state *from);
u64 v_register_bytes(void);
