/* Answers a system call from the tables: chooses the action, prepares the arguments, calls the body.
 *
 * Bodies never see the program's pointers: what they read was copied in before, what they write is
 * copied out after, and only if they succeed. A call whose arguments are all numbers goes straight to
 * its body. Small copies lie in this function's frame; large ones come from the heap.
 * Differs: Linux looks at pointers as it goes, so that of several errors another may come first. */
#include "call.h"
#include "abi.h"
#include "boot.h"
#include "kept.h"
#include "log.h"
#include "mem.h"
#include "record.h"
#include "string.h"
#include "thread.h"
#include "user.h"
#include "arch/regs.h"

#define SCRATCH_BYTES 1024
/* Nearly every path is shorter; a longer one costs a heap block. */
#define SHORT_STRING 256

/* Kernel copies of what one call's arguments point to. */
struct copies {
    u32 used;                   /* bytes of scratch */
    u32 heap_count;
    void *heap[CALL_ARGS * 2];  /* a string may need a short try before */
    u64 scratch[SCRATCH_BYTES / sizeof(u64)];
};

/* Room for `size` bytes, contents undefined; NULL when memory is out. */
static void *take(struct copies *c, u64 size) {
    u64 rounded = ALIGN_UP(size, 16);
    if (rounded <= SCRATCH_BYTES - c->used) {
        void *room = (u8 *)c->scratch + c->used;
        c->used += rounded;
        return room;
    }
    void *block = kalloc(size);
    if (block) c->heap[c->heap_count++] = block;
    return block;
}

static void release(struct copies *c) {
    for (u32 i = 0; i < c->heap_count; i++) kfree(c->heap[i]);
}

/* --- flag gates ----------------------------------------------------------------------------------- */

static u64 flag_bits(const struct shim_flag *f) {
    if (f->place == FLAG_ZERO) return 0;
    return f->place == FLAG_HIGH ? (u64)f->bits << 32 : f->bits;
}

/* 0, or -errno for the first flag that is refused or the bits that nothing names. */
static long pass_gate(const struct shim_gate *gate, u64 value) {
    if (!(value & ~gate->accepted) && !gate->strict) return 0;
    for (u32 i = 0; i < gate->count; i++) {
        const struct shim_flag *f = &shim_flags[gate->first + i];
        u64 bits = flag_bits(f);
        if (!f->error || !bits || (value & bits) != bits) continue;
        char unnamed[32];
        format_into(unnamed, sizeof unnamed, "bits 0x%lx", bits);
        record_refused(KEEPS_NAMES ? shim_name(f->name) : unnamed, f->error);
        return -(long)f->error;
    }
    u64 unnamed = value & ~gate->accepted;
    if (!unnamed || !gate->otherwise) return 0;
    char what[32];
    format_into(what, sizeof what, "bits 0x%lx", unnamed);
    record_refused(what, gate->otherwise);
    return -(long)gate->otherwise;
}

/* --- steps ---------------------------------------------------------------------------------------- */

static long copy_string(struct copies *c, u64 *arg, size_t max) {
    size_t first = MIN(max, (size_t)SHORT_STRING);
    char *text = take(c, first);
    if (!text) return -ENOMEM;
    ssize_t length = user_read_string(text, *arg, first);
    if (length == -ENAMETOOLONG && first < max) {
        text = take(c, max);
        if (!text) return -ENOMEM;
        length = user_read_string(text, *arg, max);
    }
    *arg = (u64)text;
    return length < 0 ? length : 0;
}

/* A kernel copy of `size` bytes at *arg, filled if `in`. */
static long copy_memory(struct copies *c, u64 *arg, u64 size, bool in) {
    void *copy = take(c, size);
    if (!copy) return -ENOMEM;
    if (in && user_read(copy, *arg, size)) return -EFAULT;
    if (!in) {
        // what the body cannot answer must fail before it acts
        if (!user_range_ok(*arg, size)) return -EFAULT;
        memset(copy, 0, size);
    }
    *arg = (u64)copy;
    return 0;
}

/* It copies nothing, so the body has the argument as it is. */
static INLINE bool only_looks(const struct shim_step *s) { return s->kind <= STEP_RANGE; }

/* 0, or -errno: may the body have the argument? */
static long look(const struct shim_step *s, u64 arg, const u64 *raw) {
    if (s->kind == STEP_RANGE) {
        u64 count = call_count(raw[s->other], s->count);
        if (count > UINT64_MAX / s->size) return -EFAULT;
        return user_range_ok(arg, count * s->size) ? 0 : -EFAULT;
    }
    if (s->kind == STEP_FLAGS) return pass_gate(&shim_gates[s->extra], s->wide ? arg : (u32)arg);
    bool fine = s->kind == STEP_NATURAL ? (i64)arg >= 0 : arg == s->extra;
    return fine ? 0 : -EINVAL;
}

static long prepare(const struct shim_step *s, struct copies *c, const u64 *raw, u64 *a) {
    u64 *arg = &a[s->arg];
    if (s->nullable && !*arg) return 0;
    if (only_looks(s)) return look(s, *arg, raw);
    u64 count = call_count(raw[s->other], s->count);
    switch (s->kind) {
    case STEP_STRING: return copy_string(c, arg, s->size);
    case STEP_IN:
    case STEP_INOUT: return copy_memory(c, arg, s->size, true);
    case STEP_OUT: return copy_memory(c, arg, s->size, false);
    case STEP_ARRAY_IN:
    case STEP_ARRAY_INOUT:
        if (call_count(raw[s->other], s->count == COUNT_I32 ? COUNT_U32 : s->count) > s->extra) return -EINVAL;
        if (count) return copy_memory(c, arg, count * s->size, true);
        *arg = 0;
        return 0;
    default: panic("step %u of call %u is unknown", s->kind, current()->syscall);
    }
}

static long copy_back(const struct shim_step *s, const u64 *raw, const u64 *a) {
    if (!a[s->arg]) return 0;
    if (s->kind == STEP_OUT || s->kind == STEP_INOUT)
        return user_write(raw[s->arg], (const void *)a[s->arg], s->size);
    if (s->kind == STEP_ARRAY_INOUT) {
        u64 size = call_count(raw[s->other], s->count) * s->size;
        return user_write(raw[s->arg], (const void *)a[s->arg], size);
    }
    return 0;
}

/* From the first step on that does more than look. */
static NOINLINE long call_with_copies(const struct shim_action *action, u32 first, const u64 *raw) {
    struct copies copies;
    copies.used = copies.heap_count = 0;
    u64 a[CALL_ARGS];
    for (u32 i = 0; i < CALL_ARGS; i++) a[i] = raw[i];

    const struct shim_step *steps = &shim_steps[action->steps];
    long result = 0;
    for (u32 i = first; i < action->step_count && !result; i++) result = prepare(&steps[i], &copies, raw, a);
    if (!result) {
        result = action->body(a);
        for (u32 i = first; i < action->step_count && result >= 0; i++)
            if (copy_back(&steps[i], raw, a)) result = -EFAULT;
    }
    release(&copies);
    return result;
}

static NOINLINE long call_with_steps(const struct shim_action *action, const u64 *raw) {
    const struct shim_step *steps = &shim_steps[action->steps];
    for (u32 i = 0; i < action->step_count; i++) {
        u64 arg = raw[steps[i].arg];
        if (steps[i].nullable && !arg) continue;
        if (!only_looks(&steps[i])) return call_with_copies(action, i, raw);
        long error = look(&steps[i], arg, raw);
        if (error) return error;
    }
    return action->body(raw);
}

/* What is quick to look at is looked at here, so that nothing needs to be kept for later. */
static INLINE long call_body(const struct shim_action *action, const u64 *raw) {
    const struct shim_step *s = &shim_steps[action->steps], *end = s + action->step_count;
    for (; s < end; s++)
        if (!s->nullable || raw[s->arg]) return call_with_steps(action, raw);
    return action->body(raw);
}

long call_cut(u32 index) {
    char what[32];
    format_into(what, sizeof what, "argument %u", index + 1);
    record_refused(what, ENOSYS);
    return -ENOSYS;
}

/* --- selectors ------------------------------------------------------------------------------------ */

/* The variant for the selector's value, or NULL. */
static INLINE const struct shim_variant *choose(const struct shim_select *s, u32 value) {
    const struct shim_variant *v = &shim_variants[s->first];
    value &= s->mask;
    if (value < s->numbered) return &v[value];
    for (u32 i = 0; i < s->count; i++)
        if (v[i].value == value) return &v[i];
    return NULL;
}

static long refuse(const struct shim_action *action, const struct shim_select *s, name_t variant, const u64 *raw) {
    char what[32] = "";
    if (s && !variant) format_into(what, sizeof what, "value 0x%x", (u32)raw[s->arg] & s->mask);
    record_refused(variant ? shim_name(variant) : what, action->value);
    return -(long)action->value;
}

static long perform(u64 nr, const struct shim_action *action, const struct shim_select *select, name_t variant,
                    const u64 *raw, const struct regs *regs) {
    switch (action->kind) {
    case ACTION_DIRECT:
    case ACTION_BODY:
    case ACTION_WHOLE: return call_body(action, raw);
    case ACTION_ANSWER: return action->value;
    case ACTION_REFUSE: return refuse(action, select, variant, raw);
    default: record_unknown(nr, raw, regs_pc(regs)); return -ENOSYS;
    }
}

/* All there is, and the trace. */
static NOINLINE long dispatch_further(const struct regs *regs, const struct shim_action *action) {
    u64 nr = regs_syscall_nr(regs);
    // The trace may show the arguments after the call, when their registers hold something else.
    u64 raw[CALL_ARGS];
    for (u32 i = 0; i < CALL_ARGS; i++) raw[i] = regs_arg(regs, i);
    const struct shim_action *shown = action;
    const struct shim_select *select = NULL;
    name_t name = 0;
    long result = 0;
    if (action->kind == ACTION_SELECT) {
        select = &shim_selects[action->value];
        const struct shim_variant *variant = choose(select, (u32)raw[select->arg]);
        name = variant ? variant->name : 0;
        shown = action = &shim_actions[variant ? variant->action : select->otherwise];
        // of the other bits none may be there but what the gate says
        u32 others = (u32)raw[select->arg] & ~select->mask;
        result = select->gate == NO_GATE ? 0 : pass_gate(&shim_gates[select->gate], others);
        if (result) shown = &shim_actions[select->otherwise];
    }
    struct trace *trace = options.trace ? trace_begin(nr, shown, raw) : NULL;
    if (!result) result = perform(nr, action, select, name, raw, regs);
    if (trace) trace_end(trace, nr, shown, raw, result);
    return result;
}

long shim_dispatch(struct regs *regs, const struct shim_action *action, bool whole) {
    const u64 *raw = regs_args(regs);
    const struct shim_action *chosen = action;
    if (action->kind == ACTION_SELECT) {
        const struct shim_select *select = &shim_selects[action->value];
        u32 value = (u32)raw[select->arg];
        if (value & ~select->plain) return dispatch_further(regs, action);
        const struct shim_variant *variant = choose(select, value);
        if (!variant) return dispatch_further(regs, action);
        chosen = &shim_actions[variant->action];
    }
    if (chosen->kind > ACTION_BODY || unlikely(options.trace)) {
        if (action->kind == ACTION_WHOLE && !whole) return -EWHOLEFRAME;
        if (chosen->kind != ACTION_WHOLE || options.trace) return dispatch_further(regs, action);
    }
    return call_body(chosen, raw);
}
