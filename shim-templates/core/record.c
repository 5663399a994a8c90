/* The record: JSON lines on the second serial port, and the memory of what was refused.
 *
 * A refusal is recorded the first time only, so that a program that polls does not drown its own
 * record. The memory is a small open hash table that is never emptied; entries are claimed with one
 * compare-and-swap, because a body may refuse while it holds any lock. */
#include "record.h"
#include "abi.h"
#include "boot.h"
#include "kept.h"
#include "call.h"
#include "log.h"
#include "arch.h"
#include "string.h"
#include "thread.h"

#define LINE_MAX 1000
#define REFUSALS_MAX 64
#define WHAT_MAX 20

struct refusal {
    u32 key;   /* hash of call and what; 0 = free */
    u16 nr;
    u8 error;
    bool ready; /* the fields below the key are written */
    u32 count;
    char what[WHAT_MAX];
};

static struct refusal refusals[REFUSALS_MAX];
static struct spinlock record_lock = SPINLOCK(LOCK_LOG);

void record_line(const char *format, ...) {
    if (!options.record || !arch_record_port()) return;
    char line[LINE_MAX];
    __builtin_va_list args;
    __builtin_va_start(args, format);
    int wanted = format_va(line, sizeof line - 1, format, args);
    __builtin_va_end(args);
    size_t length = MIN((size_t)wanted, sizeof line - 2);
    line[length++] = '\n';

    spin_lock(&record_lock);
    arch_record_write(line, length);
    spin_unlock(&record_lock);
}

/* A string inside a JSON string. The trace has already made every byte printable. */
static void escape(char *out, size_t size, const char *text) {
    size_t n = 0;
    for (; *text && n + 2 < size; text++) {
        if (*text == '"' || *text == '\\') out[n++] = '\\';
        out[n++] = *text;
    }
    out[n] = 0;
}

void record_trace(const char *text) {
    char escaped[LINE_MAX - 32];
    escape(escaped, sizeof escaped, text);
    record_line("{\"trace\":\"%s\"}", escaped);
}

/* --- each refusal once ------------------------------------------------------------------------------ */

/* FNV-1a (Fowler, Noll, Vo), started with the number of the call. */
static u32 hash(u32 nr, const char *what) {
    u32 h = 2166136261u ^ nr;
    h *= 16777619u;
    for (; *what; what++) h = (h ^ (u8)*what) * 16777619u;
    return h ? h : 1;
}

/* Counts a refusal; true the first time. When the table is full the rest is recorded every time. */
static bool is_new(u32 nr, const char *what, int error) {
    u32 key = hash(nr, what);
    for (u32 i = 0; i < REFUSALS_MAX; i++) {
        struct refusal *r = &refusals[(key + i) % REFUSALS_MAX];
        u32 found = 0;
        if (__atomic_compare_exchange_n(&r->key, &found, key, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            r->nr = (u16)nr;
            r->error = (u8)error;
            format_into(r->what, sizeof r->what, "%s", what);
            __atomic_fetch_add(&r->count, 1, __ATOMIC_RELAXED);
            __atomic_store_n(&r->ready, true, __ATOMIC_RELEASE);
            return true;
        }
        if (found == key) {
            __atomic_fetch_add(&r->count, 1, __ATOMIC_RELAXED);
            return false;
        }
    }
    return true;
}

/* "[1,2,...]": numbers beyond 2^53 as strings, which JSON readers keep whole. */
static const char *list_args(char *out, size_t size, const u64 *args) {
    int n = format_into(out, size, "[");
    for (u32 i = 0; i < CALL_ARGS; i++) {
        const char *form = args[i] >> 53 ? "%s\"0x%lx\"" : "%s%lu";
        n += format_into(out + n, size - n, form, i ? "," : "", args[i]);
    }
    format_into(out + n, size - n, "]");
    return out;
}

void record_unknown(u64 nr, const u64 *args, u64 pc) {
    char list[160];
    u32 shown = nr > 0xffff ? 0xffff : (u32)nr;
    if (!is_new(shown, "not described", 0)) return;
    record_line("{\"unknown\":{\"nr\":%lu,\"name\":\"%s\",\"args\":%s,\"pc\":\"0x%lx\"}}", nr, call_name(nr),
                list_args(list, sizeof list, args), pc);
}

void record_refused(const char *what, int error) {
    struct thread *t = current();
    if (!is_new(t->syscall, what, error)) return;
    u64 args[CALL_ARGS];
    char list[160], nr[20] = "", number[8];
    // who has the names wants the numbers
    if (!KEEPS_NAMES) format_into(nr, sizeof nr, "\"nr\":%u,", t->syscall);
    format_into(number, sizeof number, "%d", error);
    for (u32 i = 0; i < CALL_ARGS; i++) args[i] = regs_arg(t->regs, i);
    record_line("{\"refused\":{%s\"name\":\"%s\",\"what\":\"%s\",\"errno\":\"%s\",\"args\":%s,\"pc\":\"0x%lx\"}}", nr,
                call_name(t->syscall), what, KEEPS_NAMES ? error_name(error) : number,
                list_args(list, sizeof list, args), regs_pc(t->regs));
}

void record_summary(void) {
    if (!options.trace) return;
    for (u32 i = 0; i < REFUSALS_MAX; i++) {
        struct refusal *r = &refusals[i];
        if (!__atomic_load_n(&r->ready, __ATOMIC_ACQUIRE)) continue;
        const char *name = call_name(r->nr);
        if (!KEEPS_NAMES) {
            log_printf("call %u%s%s answered with error %u, %ux", r->nr, *r->what ? ", " : "", r->what,
                       r->error ? r->error : ENOSYS, r->count);
            continue;
        }
        log_printf("%s%s%s %s%s%s, %ux", *name ? name : "a call unknown to Linux", *r->what ? " " : "", r->what,
                   r->error ? "refused with " : "(", r->error ? error_name(r->error) : "ENOSYS", r->error ? "" : ")", r->count);
    }
}
