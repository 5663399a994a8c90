/* Where instructions begin and what their bytes are for, told byte by byte: what foretells the next byte (mix.c). The same for
 * the packer: generator/mix/. */
#pragma once
#include "unpack.h"

#define DATA_STATE 16 /* what is no code; those of code are below */
#define STATES (DATA_STATE + 1)
#define KINDS 512

struct instructions {
    u32 state;     /* what the next byte is for */
    u32 bytes;     /* a hash of this instruction's bytes so far */
    u32 before;    /* a hash of what the instruction before does, without its operands */
    u32 form;      /* the same of this one */
    /* the architecture's own */
    u32 word, kind, displacement, immediate;
    bool is_short, is_wide, is_relative;
    u8 kinds[KINDS];
};

static inline u32 stir(u32 hash, u32 value) {
    u32 product = (hash + value + 1) * 0x2f0b4c47;
    return product ^ product >> 15;
}

static inline void end_instruction(struct instructions *s) {
    s->before = s->form;
    s->form = s->bytes = s->state = 0;
    s->is_short = s->is_wide = s->is_relative = false;
}

/* The architecture's image/instructions.c. What `take` gives is for `order` only. */
void instructions_start(struct instructions *s);
u32 instructions_take(struct instructions *s, u32 byte);
/* Makes of packed code what the processor knows. */
void instructions_restore(struct instructions *s, u8 *code, u32 size);
