/* Timers by absolute monotonic time, one set per CPU, tickless. time/timer.c
 *
 * A timer belongs to the CPU that armed it and fires there. The set is a pairing heap through the
 * timers themselves, so arming never needs memory. */
#pragma once
#include "types.h"

struct timer_cpu;

struct timer {
    u64 deadline_ns;
    void (*fire)(struct timer *timer); /* from the timer interrupt, no lock held */
    struct timer_cpu *on;              /* armed there; NULL = not armed */
    struct timer_cpu *last;            /* armed there most recently: `fire` may still run there */
    struct timer *child, *next, *prev; /* pairing heap; prev is the parent for a first child */
};

/* Arms, or moves if armed. Callers see to it that arm and cancel of one timer do not race. */
void timer_arm(struct timer *timer, u64 deadline_ns, void (*fire)(struct timer *));
/* After it returns `fire` will not be called, and is not running, unless called from `fire` itself.
 * The caller holds no lock that `fire` takes. */
void timer_cancel(struct timer *timer);
/* Takes it off its heap without waiting for a `fire` that runs: for callers that hold its locks. */
void timer_disarm(struct timer *timer);
void timers_init_cpu(void);
/* Programs the hardware for the earliest of: this CPU's timers, end of slice, CPU-time timers. */
void timer_reprogram(void);
/* Will this CPU's hardware interrupt by then? Always true of its timers' deadlines. */
bool timer_rings_by(u64 deadline_ns);
