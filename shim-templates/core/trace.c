/* The trace: every call decoded into one line, in the manner of strace(1).
 *
 *     [1] openat(AT_FDCWD, "/x", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)
 *
 * How an argument is shown comes from the same rows as how it is checked (struct shim_show). Arguments
 * are read when the call begins, before its body changes them, unless one of them is an answer: then
 * all are shown when it ends. What cannot be read is shown as its address.
 *
 * A kernel that is cut to its programs shows numbers: "[1] syscall_257(0xffffff9c, ...) = -2". Whoever reads
 * its record has the names (generator/run/complete-record.ts). */
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

#define SHOWN_BYTES 32   /* of a buffer, as strace does */
#define SHOWN_STRING 128 /* of a path */
#define SHOWN_ELEMENTS 4 /* of an array */

struct trace {
    u32 used;
    char text[400];
};

static PRINTF(2, 3) void put(struct trace *t, const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    size_t room = sizeof t->text - t->used;
    int wanted = format_va(t->text + t->used, room, format, args);
    t->used += MIN((size_t)wanted, room - 1);
    __builtin_va_end(args);
}

static void put_escaped(struct trace *t, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        u8 c = bytes[i];
        if (c == '\n') put(t, "\\n");
        else if (c == '"' || c == '\\') put(t, "\\%c", c);
        else if (c >= ' ' && c < 127) put(t, "%c", c);
        else put(t, "\\x%02x", c);
    }
}

/* --- one kind of argument each ---------------------------------------------------------------------- */

static void show_bytes(struct trace *t, uptr at, u64 count) {
    char bytes[SHOWN_BYTES];
    size_t n = user_read_some(bytes, at, MIN(count, (u64)SHOWN_BYTES));
    if (!n && count) return put(t, "0x%lx", at);
    put(t, "\"");
    put_escaped(t, bytes, n);
    put(t, count > n ? "\"..." : "\"");
}

static void show_string(struct trace *t, uptr at) {
    char text[SHOWN_STRING];
    if (!at) return put(t, "NULL");
    size_t n = user_read_some(text, at, sizeof text);
    if (!n) return put(t, "0x%lx", at);
    size_t length = strnlen(text, n);
    put(t, "\"");
    put_escaped(t, text, length);
    put(t, length == n ? "\"..." : "\"");
}

static void show_flags(struct trace *t, const struct shim_gate *gate, u64 whole, const char *separator) {
    u64 value = whole;
    for (u32 i = 0; i < gate->count; i++) {
        const struct shim_flag *f = &shim_flags[gate->first + i];
        u64 bits = f->place == FLAG_HIGH ? (u64)f->bits << 32 : f->bits;
        if (f->place == FLAG_ZERO ? (whole & bits) != 0 : (value & bits) != bits) continue;
        put(t, "%s%s", separator, shim_name(f->name));
        separator = "|";
        if (f->place != FLAG_ZERO) value &= ~bits;
    }
    if (value) put(t, "%s0x%lx", separator, value);
    else if (!*separator) put(t, "0");
}

static void show_named(struct trace *t, const struct shim_set *set, u32 value) {
    for (u32 i = 0; i < set->count; i++) {
        const struct shim_named *n = &shim_named[set->first + i];
        if (n->value == value) return put(t, "%s", shim_name(n->name));
    }
    put(t, "%d", (int)value);
}

static void show_selector(struct trace *t, const struct shim_select *select, u32 value) {
    name_t name = 0;
    for (u32 i = 0; i < select->count && !name; i++) {
        const struct shim_variant *v = &shim_variants[select->first + i];
        if (v->value == (value & select->mask)) name = v->name;
    }
    if (name) put(t, "%s", shim_name(name));
    else put(t, "0x%x", value & select->mask);
    u32 rest = value & ~select->mask;
    if (rest && select->gate != NO_GATE) show_flags(t, &shim_gates[select->gate], rest, "|");
}

static void show_fields(struct trace *t, const struct shim_shape *shape, const u8 *bytes) {
    bool scalar = shape->count == 1 && !*shim_name(shim_fields[shape->first].name);
    put(t, scalar ? "[" : "{");
    for (u32 i = 0; i < shape->count; i++) {
        const struct shim_field *f = &shim_fields[shape->first + i];
        u64 value = 0;
        memcpy(&value, bytes + f->offset, f->size);
        u32 unused = 64 - f->size * 8;
        if (i) put(t, ", ");
        if (!scalar) put(t, "%s=", shim_name(f->name));
        if (f->show == SHOW_LONG) put(t, "%ld", (i64)(value << unused) >> unused);
        else put(t, f->show == SHOW_OCTAL ? "0%lo" : f->show == SHOW_ADDRESS ? "0x%lx" : "%lu", value);
    }
    put(t, scalar ? "]" : "}");
}

static bool show_struct(struct trace *t, const struct shim_shape *shape, uptr at) {
    u8 bytes[256];
    size_t size = MIN((size_t)shape->size, sizeof bytes);
    if (user_read(bytes, at, size)) return false;
    show_fields(t, shape, bytes);
    return true;
}

static void show_array(struct trace *t, const struct shim_shape *shape, uptr at, u64 count) {
    put(t, "[");
    for (u64 i = 0; i < MIN(count, (u64)SHOWN_ELEMENTS); i++) {
        if (i) put(t, ", ");
        if (!show_struct(t, shape, at + i * shape->size)) put(t, "0x%lx", at);
    }
    put(t, count > SHOWN_ELEMENTS ? ", ...]" : "]");
}

/* --- all of them ------------------------------------------------------------------------------------ */

static void show(struct trace *t, const struct shim_show *s, const u64 *raw, u64 value, long result) {
    if (!KEEPS_NAMES) return put(t, "0x%lx", value);
    // an answer has as many elements as the result says, and none after a failure
    u64 answered = result < 0 ? 0 : MIN((u64)result, raw[s->other]);
    switch (s->kind) {
    case SHOW_INT: return put(t, "%d", (int)value);
    case SHOW_UINT: return put(t, "%u", (u32)value);
    case SHOW_LONG: return put(t, "%ld", (i64)value);
    case SHOW_SIZE: return put(t, "%lu", value);
    case SHOW_OCTAL: return put(t, value ? "0%o" : "%o", (u32)value);
    case SHOW_FD:
        if ((int)value == AT_FDCWD) return put(t, "AT_FDCWD");
        return put(t, "%d", (int)value);
    case SHOW_STRING: return show_string(t, value);
    case SHOW_FLAGS: return show_flags(t, &shim_gates[s->set], value, "");
    case SHOW_NAMED: return show_named(t, &shim_sets[s->set], (u32)value);
    case SHOW_SELECTOR: return show_selector(t, &shim_selects[s->set], (u32)value);
    case SHOW_READS: return show_bytes(t, value, raw[s->other]);
    case SHOW_WRITES:
        if (result < 0) break;
        return show_bytes(t, value, answered);
    case SHOW_STRUCT:
    case SHOW_STRUCT_OUT:
        if (value && result >= 0 && show_struct(t, &shim_shapes[s->set], value)) return;
        break;
    case SHOW_ARRAY: return show_array(t, &shim_shapes[s->set], value, (u32)raw[s->other]);
    case SHOW_ARRAY_OUT:
        if (result < 0) break;
        return show_array(t, &shim_shapes[s->set], value, answered);
    }
    if (value) put(t, "0x%lx", value);
    else put(t, "NULL");
}

static void show_arguments(struct trace *t, const struct shim_action *action, const u64 *raw, long result) {
    for (u32 i = 0; i < action->arg_count; i++) {
        if (i) put(t, ", ");
        // a call that no row describes has six registers
        if (action->kind == ACTION_UNKNOWN) put(t, "0x%lx", raw[i]);
        else show(t, &shim_shows[action->shows + i], raw, raw[i], result);
    }
}

static void show_result(struct trace *t, const struct shim_action *action, long result) {
    if (result >= 0) return put(t, action->result == SHOW_ADDRESS ? ") = 0x%lx" : ") = %ld", result);
    if (result == -ERESTARTSYS) return put(t, ") = ? (interrupted)");
    if (!KEEPS_NAMES) return put(t, ") = %ld", result);
    int error = (int)-result;
    const char *text = (u32)error < shim_error_limit ? shim_name(shim_error_texts[error]) : "";
    put(t, ") = -1 %s", *error_name(error) ? error_name(error) : "E?");
    if (*text) put(t, " (%s)", text);
}

static void print(struct trace *t) {
    if (options.record && arch_record_port()) record_trace(t->text);
    else log_printf("%s", t->text);
}

struct trace *trace_begin(u64 nr, const struct shim_action *action, const u64 *raw) {
    struct trace *t = kalloc(sizeof *t);
    if (!t) return NULL;
    const char *name = call_name(nr);
    put(t, "[%d] ", current()->tid);
    if (*name) put(t, "%s(", name);
    else put(t, "syscall_%lu(", nr);
    if (!action->late) show_arguments(t, action, raw, 0);
    if (action->result != SHOW_NEVER) return t;
    // it does not come back to trace_end()
    put(t, ") = ?");
    print(t);
    kfree(t);
    return NULL;
}

void trace_end(struct trace *t, u64 nr, const struct shim_action *action, const u64 *raw, long result) {
    if (action->late) show_arguments(t, action, raw, result);
    show_result(t, action, result);
    print(t);
    kfree(t);
}
