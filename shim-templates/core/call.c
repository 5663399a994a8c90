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

static long prepare(const struct shim_step *s, struct copies *c, const u64 *raw, u64 *a) {
    u64 *arg = &a[s->arg];
    if (s->nullable && !*arg) return 0;
    u64 count = call_count(raw[s->other], s->count);
    switch (s->kind) {
    case STEP_FLAGS: return pass_gate(&shim_gates[s->extra], s->wide ? *arg : (u32)*arg);
    case STEP_EXACTLY: return *arg == s->extra ? 0 : -EINVAL;
    case STEP_WORD:
        if (*arg & 3) return -EINVAL;
        return user_range_ok(*arg, 4) ? 0 : -EFAULT;
    case STEP_RANGE:
        if (count > UINT64_MAX / s->size) return -EFAULT;
        return user_range_ok(*arg, count * s->size) ? 0 : -EFAULT;
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

static long call_body(const struct shim_action *action, const u64 *raw) {
    if (!action->step_count) return action->body(raw);

    struct copies copies;
    copies.used = copies.heap_count = 0;
    u64 a[CALL_ARGS];
    for (u32 i = 0; i < CALL_ARGS; i++) a[i] = raw[i];

    const struct shim_step *steps = &shim_steps[action->steps];
    long result = 0;
    for (u32 i = 0; i < action->step_count && !result; i++) result = prepare(&steps[i], &copies, raw, a);
    if (!result) {
        result = action->body(a);
        for (u32 i = 0; i < action->step_count && result >= 0; i++)
            if (copy_back(&steps[i], raw, a)) result = -EFAULT;
    }
    release(&copies);
    return result;
}

/* --- selectors ------------------------------------------------------------------------------------ */

/* The action for the selector's value, or NULL with *error: bits beside the mask are not allowed. */
static const struct shim_action *choose(const struct shim_select *s, const u64 *raw, name_t *name, long *error) {
    u32 value = (u32)raw[s->arg];
    *name = 0;
    *error = s->gate == NO_GATE ? 0 : pass_gate(&shim_gates[s->gate], value & ~s->mask);
    if (*error) return NULL;
    for (u32 i = 0; i < s->count; i++) {
        const struct shim_variant *v = &shim_variants[s->first + i];
        if (v->value != (value & s->mask)) continue;
        *name = v->name;
        return &shim_actions[v->action];
    }
    return &shim_actions[s->otherwise];
}

static long refuse(const struct shim_action *action, const struct shim_select *s, name_t variant, const u64 *raw) {
    char what[32] = "";
    if (s && !variant) format_into(what, sizeof what, "value 0x%x", (u32)raw[s->arg] & s->mask);
    record_refused(variant ? shim_name(variant) : what, action->value);
    return -(long)action->value;
}

long shim_dispatch(struct regs *regs) {
    u64 nr = regs_syscall_nr(regs);
    u64 raw[CALL_ARGS];
    for (u32 i = 0; i < CALL_ARGS; i++) raw[i] = regs_arg(regs, i);
    current()->syscall = (u32)nr;

    // one action, or by the value of an argument another
    const struct shim_action *action = &shim_actions[nr < shim_call_limit ? shim_calls[nr] : 0];
    const struct shim_action *shown = action;
    const struct shim_select *select = NULL;
    name_t variant = 0;
    long result = 0;
    if (action->kind == ACTION_SELECT) {
        select = &shim_selects[action->value];
        action = choose(select, raw, &variant, &result);
        shown = action ? action : &shim_actions[select->otherwise];
    }

    struct trace *trace = options.trace ? trace_begin(nr, shown, raw) : NULL;
    if (action) {
        switch (action->kind) {
        case ACTION_BODY: result = call_body(action, raw); break;
        case ACTION_ANSWER: result = action->value; break;
        case ACTION_REFUSE: result = refuse(action, select, variant, raw); break;
        default:
            record_unknown(nr, raw, regs_pc(regs));
            result = -ENOSYS;
        }
    }
    if (trace) trace_end(trace, nr, shown, raw, result);
    return result;
}
