/* Timers: per CPU, a pairing heap by deadline, and one hardware timer set to the earliest of all
 * that can happen there. Without anything to happen it is off: an idle machine is not woken.
 *
 * Fredman, Sedgewick, Sleator, Tarjan: The pairing heap, Algorithmica 1 (1986). A timer's `prev`
 * is its left sibling, or its parent if it is the first child; the root's is NULL. */
#include "timer.h"
#include "arch.h"
#include "clock.h"
#include "cpu-timer.h"
#include "log.h"
#include "mem.h"
#include "thread.h"

struct timer_cpu {
    struct spinlock lock;  /* LOCK_TIMER */
    struct timer *root;    /* the earliest */
    struct timer *running; /* whose `fire` is being called */
    u64 programmed;        /* what the hardware is set to, monotonic ns; only its own CPU */
};

/* --- the heap
 * -------------------------------------------------------------------------------------- */

/* Two heaps become one: the later root is the first child of the earlier. */
static struct timer *meld(struct timer *a, struct timer *b) {
    if (!a) return b;
    if (!b) return a;
    if (b->deadline_ns < a->deadline_ns) {
        struct timer *swap = a;
        a = b;
        b = swap;
    }
    b->prev = a;
    b->next = a->child;
    if (a->child) a->child->prev = b;
    a->child = b;
    a->next = a->prev = NULL;
    return a;
}

/* A list of siblings becomes one heap: in pairs from the left, then all from the right. */
static struct timer *meld_siblings(struct timer *first) {
    struct timer *pairs = NULL;
    while (first) {
        struct timer *a = first, *b = a->next;
        first = b ? b->next : NULL;
        a->next = a->prev = NULL;
        if (b) b->next = b->prev = NULL;
        struct timer *pair = meld(a, b);
        pair->next = pairs; // a stack through `next`
        pairs = pair;
    }
    struct timer *heap = NULL;
    while (pairs) {
        struct timer *pair = pairs;
        pairs = pair->next;
        pair->next = NULL;
        heap = meld(heap, pair);
    }
    return heap;
}

static void heap_remove(struct timer_cpu *tc, struct timer *t) {
    struct timer *children = meld_siblings(t->child);
    if (t == tc->root) {
        tc->root = children;
    } else {
        if (t->prev->child == t) t->prev->child = t->next;
        else t->prev->next = t->next;
        if (t->next) t->next->prev = t->prev;
        tc->root = meld(tc->root, children);
    }
    t->child = t->next = t->prev = NULL;
}

/* --- arming and cancelling
 * --------------------------------------------------------------------------- */

void timer_disarm(struct timer *timer) {
    for (;;) {
        struct timer_cpu *tc = __atomic_load_n(&timer->on, __ATOMIC_ACQUIRE);
        if (!tc) return;
        spin_lock(&tc->lock);
        bool here = timer->on == tc; // else it fired meanwhile, or moved
        if (here) {
            heap_remove(tc, timer);
            __atomic_store_n(&timer->on, NULL, __ATOMIC_RELEASE);
        }
        spin_unlock(&tc->lock);
        if (here) return;
    }
}

void timer_arm(struct timer *timer, u64 deadline_ns, void (*fire)(struct timer *)) {
    timer_disarm(timer);
    if (deadline_ns == FOREVER) return;
    deadline_ns = fault_timer(deadline_ns);
    struct timer_cpu *tc = this_cpu()->timers;
    spin_lock(&tc->lock);
    timer->deadline_ns = deadline_ns;
    timer->fire = fire;
    timer->child = timer->next = timer->prev = NULL;
    tc->root = meld(tc->root, timer);
    timer->last = tc;
    __atomic_store_n(&timer->on, tc, __ATOMIC_RELEASE);
    bool earliest = tc->root == timer;
    spin_unlock(&tc->lock);
    if (earliest) timer_reprogram();
}

void timer_cancel(struct timer *timer) {
    for (;;) {
        timer_disarm(timer);
        struct timer_cpu *tc = timer->last;
        if (!tc || tc == this_cpu()->timers) return; // inside its own `fire`, or nothing runs here
        if (__atomic_load_n(&tc->running, __ATOMIC_ACQUIRE) != timer) {
            if (!__atomic_load_n(&timer->on, __ATOMIC_ACQUIRE)) return;
            continue; // `fire` armed it again
        }
        arch_pause();
        cpu_serve_requests();
    }
}

/* --- the interrupt
 * ------------------------------------------------------------------------------------ */

void timers_init_cpu(void) {
    struct timer_cpu *tc = kalloc(sizeof *tc);
    if (!tc) refuse_to_boot("No memory is left for the timers of CPU %u. Give the machine more (QEMU: -m).", this_cpu()->id);
    *tc = (struct timer_cpu){.lock = SPINLOCK(LOCK_TIMER), .programmed = FOREVER};
    this_cpu()->timers = tc;
}

/* An alarm that rings too early is set anew then, which is cheaper than setting it with every switch of
 * threads: only who rests must not be woken for nothing. */
static void program(struct timer_cpu *tc, u64 deadline_ns) {
    if (tc->programmed == deadline_ns || (tc->programmed < deadline_ns && !thread_is_idle(current()))) return;
    tc->programmed = deadline_ns;
    arch_timer_set(clock_to_ticks(deadline_ns));
}

bool timer_rings_by(u64 deadline_ns) { return this_cpu()->timers->programmed <= deadline_ns; }

void timer_reprogram(void) {
    struct timer_cpu *tc = this_cpu()->timers;
    spin_lock(&tc->lock);
    u64 deadline = tc->root ? tc->root->deadline_ns : FOREVER;
    spin_unlock(&tc->lock);
    deadline = MIN(deadline, sched_next_event());
    program(tc, MIN(deadline, cpu_timers_next_event()));
}

static struct timer *pop_expired(struct timer_cpu *tc, u64 now) {
    spin_lock(&tc->lock);
    struct timer *t = tc->root && tc->root->deadline_ns <= now ? tc->root : NULL;
    if (t) {
        heap_remove(tc, t);
        // In this order: who sees it off the heap must see that it runs.
        __atomic_store_n(&tc->running, t, __ATOMIC_RELEASE);
        __atomic_store_n(&t->on, NULL, __ATOMIC_RELEASE);
    }
    spin_unlock(&tc->lock);
    return t;
}

void timer_interrupt(void) {
    struct timer_cpu *tc = this_cpu()->timers;
    tc->programmed = FOREVER; // one shot
    u64 now = clock_now();
    assert_no_locks("timers fire");
    for (struct timer *t; (t = pop_expired(tc, now)) != NULL;) {
        t->fire(t);
        // From here on it may be freed by whoever waits in timer_cancel().
        __atomic_store_n(&tc->running, NULL, __ATOMIC_RELEASE);
    }
    sched_tick(now);
    cpu_timers_tick();
    timer_reprogram();
}
