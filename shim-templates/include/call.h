/* The shape of the generated call tables (gen/dispatch.c, gen/names.c), and what reads them.
 *
 * A call of the program is answered in three steps: its number chooses an action; a selector argument
 * may choose another; the action's steps check and copy arguments, and its body is called with them.
 * Tables rather than generated code, because two hundred calls share a dozen ways of being prepared.
 * Names are offsets into one string, because pointers would be eight bytes each. core/call.c */
#pragma once
#include "types.h"

struct regs;

#define CALL_ARGS 6
typedef u16 name_t; /* offset in shim_names; 0 is the empty string */

/* One thing to do to one argument. Arguments that need nothing have no step. */
enum step_kind {
    // these only look
    STEP_NATURAL,     /* a number that is not negative */
    STEP_FLAGS,       /* extra: gate */
    STEP_EXACTLY,     /* extra: the only value allowed */
    STEP_RANGE,       /* must lie in user space; other: argument that counts elements of `size` bytes */
    // these copy
    STEP_STRING,      /* size: most bytes, NUL included */
    STEP_IN,          /* size: bytes to copy in */
    STEP_OUT,         /* size: bytes to zero, and to copy out after success */
    STEP_INOUT,       /* both */
    STEP_ARRAY_IN,    /* other: argument that counts; extra: most elements; size: of one */
    STEP_ARRAY_INOUT, /* the same, copied back after success */
};
enum count_type { COUNT_U64, COUNT_U32, COUNT_I32 }; /* of the argument that counts */

/* The count that a register holds. A negative one counts nothing: its body answers EINVAL. */
static inline u64 call_count(u64 raw, enum count_type type) {
    if (type == COUNT_I32) return (i32)raw < 0 ? 0 : (u32)raw;
    return type == COUNT_U32 ? (u32)raw : raw;
}

struct shim_step {
    u8 kind : 4; /* enum step_kind */
    u8 nullable : 1;
    u8 wide : 1;  /* STEP_FLAGS: 64 bits */
    u8 count : 2; /* enum count_type of argument `other` */
    u8 arg : 4;
    u8 other : 4;
    u16 size;
    u32 extra;
};

/* One flag that a gate knows. A flag whose value is 0 (O_RDONLY) has no bits to gate: the trace shows it
 * when none of `bits` is set. Sorted so that flags of several bits come before their parts. */
enum flag_place { FLAG_LOW, FLAG_HIGH /* bits 32..63 */, FLAG_ZERO };
struct shim_flag {
    u32 bits;
    name_t name;
    u8 error; /* refused with this errno; 0 = accepted */
    u8 place; /* enum flag_place */
};

/* Bits outside `accepted` are looked at one by one; what nothing names is `otherwise` (0 = accepted).
 * `strict`: a refused flag lies within accepted bits, so that every value must be looked at. */
struct shim_gate {
    u64 accepted;
    u16 first, count; /* in shim_flags */
    u8 otherwise;
    u8 strict;
};

enum action_kind {
    ACTION_DIRECT,  /* the body, without steps */
    ACTION_BODY,    /* steps, then the body */
    ACTION_WHOLE,   /* as ACTION_BODY, but all registers of the program must be in the frame */
    ACTION_UNKNOWN, /* no row: ENOSYS, recorded */
    ACTION_ANSWER,  /* value, whatever the arguments */
    ACTION_REFUSE,  /* -value, recorded */
    ACTION_SELECT,  /* value: index in shim_selects */
};

/* How the trace shows an argument or a result. */
enum show_kind {
    SHOW_INT, SHOW_UINT, SHOW_LONG, SHOW_SIZE, SHOW_ADDRESS, SHOW_OCTAL, SHOW_FD, SHOW_STRING, SHOW_FLAGS,
    SHOW_NAMED,    /* set: one of shim_sets */
    SHOW_SELECTOR, /* set: one of shim_selects */
    SHOW_READS, SHOW_WRITES, /* bytes; other: argument that counts */
    SHOW_STRUCT, SHOW_STRUCT_OUT, /* set: one of shim_shapes */
    SHOW_ARRAY, SHOW_ARRAY_OUT,   /* the same; other: argument that counts */
    SHOW_NOTHING, SHOW_NEVER,     /* results */
};

struct shim_show {
    u8 kind;  /* enum show_kind */
    u8 other; /* argument that counts */
    u16 set;  /* gate, set or shape */
};

struct shim_action {
    long (*body)(const u64 *a); /* takes the prepared arguments apart and calls the row's function */
    i32 value;
    u16 steps, shows; /* first in shim_steps, shim_shows */
    u8 kind;          /* enum action_kind */
    u8 step_count, arg_count;
    u8 result;        /* enum show_kind */
    bool late;        /* the trace must wait for the result before it shows the arguments */
};

struct shim_variant {
    u32 value;
    name_t name;
    u16 action;
};

struct shim_select {
    u32 mask;         /* bits of the argument that choose */
    u32 plain;        /* these, and what the gate lets pass without a closer look */
    u16 first, count; /* in shim_variants */
    u16 otherwise;    /* action for a value that is not there */
    u16 gate;         /* for the other bits; NO_GATE: none are allowed to matter */
    u8 arg;
    u8 numbered;      /* so many variants have their place as their value */
};
#define NO_GATE 0xffff

/* Names of values, for the trace: [first, first + count) of shim_named. */
struct shim_named {
    u32 value;
    name_t name;
};
struct shim_set {
    u16 first, count;
};
/* Fields of a struct that the trace shows. */
struct shim_field {
    name_t name;
    u8 offset, size;
    u8 show; /* SHOW_LONG, SHOW_SIZE, SHOW_ADDRESS or SHOW_OCTAL */
};
struct shim_shape {
    u16 first, size; /* in shim_fields; bytes of the struct */
    u8 count;
};

extern const u32 shim_call_limit; /* numbers below it are in shim_calls */
extern const u16 shim_calls[];    /* number -> action */
extern const name_t shim_call_names[];
extern const struct shim_action shim_actions[]; /* 0 is ACTION_UNKNOWN */
extern const struct shim_step shim_steps[];
extern const struct shim_gate shim_gates[];
extern const struct shim_flag shim_flags[];
extern const struct shim_select shim_selects[];
extern const struct shim_variant shim_variants[];
extern const struct shim_show shim_shows[];
extern const struct shim_set shim_sets[];
extern const struct shim_named shim_named[];
extern const struct shim_shape shim_shapes[];
extern const struct shim_field shim_fields[];
extern const char shim_names[];
extern const u32 shim_error_limit; /* errno below it may have a name */
extern const name_t shim_error_names[], shim_error_texts[];

static inline const char *shim_name(name_t name) { return shim_names + name; }
const char *call_name(u64 nr);     /* "openat"; "" for a number that Linux does not have */
const char *error_name(int error); /* "ENOENT"; "" */

/* Answers the call in `regs`: a result, or -errno (also -ERESTARTSYS). Unless the frame is `whole` it may hold
 * nothing but the arguments, and -EWHOLEFRAME asks for the rest, before anything was done. core/call.c */
#define EWHOLEFRAME 515 /* seen by nobody but core/entry.c */
long shim_dispatch(struct regs *regs, const struct shim_action *action, bool whole);
/* By its number alone; the value of an argument may choose another. */
static inline const struct shim_action *call_action(u64 nr) {
    return &shim_actions[likely(nr < shim_call_limit) ? shim_calls[nr] : 0];
}

/* The answer to a value of argument `index` that a kernel cut to its programs leaves out: -ENOSYS, recorded. */
long call_cut(u32 index);

/* --- the trace (core/trace.c): one line per call, like strace's -------------------------------------- */
struct trace;
/* Begins the line of a call. A call that does not come back is shown at once: NULL, as when memory is out. */
struct trace *trace_begin(u64 nr, const struct shim_action *action, const u64 *raw);
/* Ends it with the result, prints it, and frees it. */
void trace_end(struct trace *trace, u64 nr, const struct shim_action *action, const u64 *raw, long result);
