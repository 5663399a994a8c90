/* The order of locks, checked at every lock: debug kernels only.
 *
 * The check comes before the wait, so that what would be a deadlock only sometimes is a panic every time: a lock
 * that stands above another one in the list of lock.h must never be wanted while that one is held, whoever else
 * holds what. Only the CPU itself writes its list. */
#include "cpu.h"
#include "log.h"

/* Before the boot CPU is registered there is one CPU, and this_cpu() is not yet to be asked. */
static struct held_locks *held_here(void) { return cpus[0] ? &this_cpu()->held_locks : NULL; }

static void check_order(const struct held_locks *held, struct spinlock *lock, const char *place, bool second) {
    for (u32 i = 0; i < held->count; i++) {
        struct spinlock *other = held->each[i].lock;
        const char *since = held->each[i].place;
        if (other == lock)
            panic("%s is wanted at %s by a CPU that holds it already, since %s", lock->name, place, since);
        if (second && other->rank == lock->rank && other < lock) continue;
        if (other->rank == lock->rank)
            panic("%s is wanted at %s while another one of its rank is held, since %s%s", lock->name, place, since,
                  second ? ": the first of two has the lower address" : "");
        if (other->rank > lock->rank)
            panic("%s is wanted at %s while %s is held, since %s: lock.h has them in the other order", lock->name, place,
                  other->name, since);
    }
}

void lock_wanted(struct spinlock *lock, const char *place, bool second) {
    struct held_locks *held = held_here();
    if (!held) return;
    if (!lock->name) panic("a lock that has no rank is wanted at %s", place);
    check_order(held, lock, place, second);
    if (held->count == LOCKS_HELD_MAX) panic("%s is wanted at %s as one lock too many", lock->name, place);
    held->each[held->count].lock = lock;
    held->each[held->count++].place = place;
}

void lock_given_back(struct spinlock *lock, const char *place) {
    struct held_locks *held = held_here();
    if (!held) return;
    u32 i = 0;
    while (i < held->count && held->each[i].lock != lock) i++;
    if (i == held->count) panic("%s is given back at %s by a CPU that does not hold it", lock->name, place);
    for (held->count--; i < held->count; i++) held->each[i] = held->each[i + 1];
}

void no_locks_held(const char *what, const char *place) {
    const struct held_locks *held = held_here();
    if (held && held->count)
        panic("%s is held, since %s, when %s at %s", held->each[0].lock->name, held->each[0].place, what, place);
}

void may_fault(const char *place) {
    const struct held_locks *held = held_here();
    for (u32 i = 0; held && i < held->count; i++)
        if (held->each[i].lock->rank >= LOCK_MM)
            panic("%s is held, since %s, when the program's memory is touched at %s", held->each[i].lock->name,
                  held->each[i].place, place);
}
