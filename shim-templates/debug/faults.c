/* Faults on purpose: boot option catkernel.fault=SEED[:calls|memory|timers], debug kernels only.
 *
 * Calls end before they begin, with an errno that their row lists: Linux might have answered the same, and since the body
 * has not run, nothing is to be undone. Left out is what would be a promise of readiness (generator/emit/errors.ts).
 * Memory is refused inside of calls, by heap and pages, and now and then to a page fault, which is the end of the program
 * as on Linux. Timers come late, which they may.
 * With one seed the same happens again, as far as the machine repeats itself: the model does to the instruction. */
#include "debug/faults.h"
#include "boot.h"
#include "call.h"
#include "cpu.h"
#include "debug/checks.h"
#include "debug/memory.h"
#include "log.h"
#include "string.h"
#include "thread.h"

enum fault_kind { FAULT_CALLS = 1, FAULT_MEMORY = 2, FAULT_TIMERS = 4 };

#define LATEST_NS 20000000ull /* two time slices */
/* A page fault that finds no memory ends the program: seldom enough to get far. */
#define PAGE_FAULT_RARITY 256

static u32 kinds;
static u32 period; /* of so many chances one is taken, on average */
static u64 state;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static u64 draw(void) {
    u64 z = __atomic_add_fetch(&state, 0x9e3779b97f4a7c15ull, __ATOMIC_RELAXED);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

/* Only the program is to suffer: what the kernel needs to begin with it gets. */
static bool chance(enum fault_kind kind, u64 rarity) {
    return (kinds & kind) && process.thread_count && draw() % rarity == 0;
}

bool fault_option(const char *word) {
    if (!starts_with(word, "catkernel.fault=")) return false;
    const char *text = strchr(word, '=') + 1;
    const char *kind = text;
    u64 seed = 0;
    for (; *kind >= '0' && *kind <= '9'; kind++) seed = seed * 10 + (u64)(*kind - '0');
    if (strcmp(kind, "") == 0) kinds = FAULT_CALLS | FAULT_MEMORY | FAULT_TIMERS;
    else if (strcmp(kind, ":calls") == 0) kinds = FAULT_CALLS;
    else if (strcmp(kind, ":memory") == 0) kinds = FAULT_MEMORY;
    else if (strcmp(kind, ":timers") == 0) kinds = FAULT_TIMERS;
    if (kind == text || !kinds)
        refuse_to_boot("%s: write catkernel.fault=SEED, a number, or SEED:calls, SEED:memory, SEED:timers.", word);
    state = seed;
    period = 4u << draw() % 8; // some seeds let the program start, others do not
    return true;
}

const u8 *errors_of_call(u64 nr) {
    return &shim_listed_errors[nr < shim_listed_limit ? shim_listed_first[nr] : 0];
}

long fault_call(u64 nr) {
    if (!chance(FAULT_CALLS, period)) return 0;
    const u8 *errors = &shim_listed_errors[nr < shim_listed_limit ? shim_fault_first[nr] : 0];
    u32 count = 0;
    while (errors[count]) count++;
    return count ? -(long)errors[draw() % count] : 0;
}

bool fault_memory(void) { return current() && current()->debug.in_call && chance(FAULT_MEMORY, period); }

bool fault_page(void) {
    struct thread *t = cpus[0] ? current() : NULL;
    return t && !thread_is_idle(t) && chance(FAULT_MEMORY, (u64)period * (t->debug.in_call ? 1 : PAGE_FAULT_RARITY));
}

u64 fault_timer(u64 deadline_ns) { return chance(FAULT_TIMERS, 4) ? deadline_ns + draw() % LATEST_NS : deadline_ns; }
