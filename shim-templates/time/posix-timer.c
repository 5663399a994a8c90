/* timer_create and its relatives.
 *
 * A timer that sends signals is armed again only when its signal is taken, and the periods
 * missed until then are its overrun (as Linux does): a timer of one nanosecond costs no more
 * than its signals. All state is under LOCK_SIGNAL; `fire` looks again whether the timer is
 * really due, because it may have been set anew while the interrupt waited for the lock. */
#include "posix-timer.h"
#include "clock.h"
#include "cpu-clock.h"
#include "mem.h"
#include "sys.h"
#include "timespec.h"
#include "user.h"

#define IGNORED_SPACING_NS 1000000ull /* an ignored timer fires at most so often */
#define MAX_OVERRUN INT32_MAX         /* Linux: DELAYTIMER_MAX */

static struct list timers;
static int next_id;

void posix_timers_init(void) { list_init(&timers); }

static void lock(void) { spin_lock(&process.lock), spin_lock(&process.signals.lock); }
static void unlock(void) { spin_unlock(&process.signals.lock), spin_unlock(&process.lock); }

static struct posix_timer *find(int id) {
    list_each(link, &timers) {
        struct posix_timer *t = CONTAINER(link, struct posix_timer, link);
        if (t->id == id) return t;
    }
    return NULL;
}

/* The time on its clock. A thread that is gone uses no more CPU time. */
static u64 now_on_clock(struct posix_timer *t) {
    if (!t->cpu_clock) return clock_now();
    if (!t->per_thread) return process_runtime_ns();
    struct thread *thread = t->cpu.on;
    return thread ? thread_runtime_ns(thread) : t->expires_ns;
}

static void fire_monotonic(struct timer *timer);

static void arm_posix(struct posix_timer *t) {
    if (!t->cpu_clock) timer_arm(&t->timer, t->expires_ns, fire_monotonic);
    else if (!t->per_thread || t->cpu.on) cpu_timer_arm(&t->cpu, t->cpu.on, t->expires_ns);
}

static void disarm(struct posix_timer *t) {
    t->armed = false;
    if (t->cpu_clock) cpu_timer_disarm(&t->cpu);
    else timer_disarm(&t->timer);
}

/* Moves the end to the first period after `now`; how many periods that took. */
static u64 advance(struct posix_timer *t, u64 now) {
    if (now < t->expires_ns) return 0;
    u64 periods = (now - t->expires_ns) / t->interval_ns + 1;
    t->expires_ns += periods * t->interval_ns;
    return periods;
}

/* Both locks held, the time has come. */
static void expire_posix(struct posix_timer *t, u64 now) {
    if (t->notify == SIGEV_NONE) return;
    struct thread *target = t->notify == SIGEV_THREAD_ID ? thread_find(t->tid) : NULL;
    bool gone = t->notify == SIGEV_THREAD_ID && !target;
    t->signal.info = (struct signal_info){
        .signo = t->signo, .code = SI_TIMER, .pid = t->id, .value = t->value};
    if (!gone && signal_queue_timer(&t->signal, target)) return;

    // Nobody to tell: go on quietly, in case the signal gets a handler later.
    if (!t->interval_ns || gone) {
        t->armed = false;
        return;
    }
    advance(t, now);
    t->expires_ns = MAX(t->expires_ns, now + IGNORED_SPACING_NS);
    arm_posix(t);
}

static void fire_monotonic(struct timer *timer) {
    struct posix_timer *t = CONTAINER(timer, struct posix_timer, timer);
    lock();
    u64 now = clock_now();
    if (t->armed && now >= t->expires_ns) expire_posix(t, now);
    unlock();
}

static void fire_posix_cpu(struct cpu_timer *timer, u64 cpu_now) {
    expire_posix(CONTAINER(timer, struct posix_timer, cpu), cpu_now);
}

void posix_timer_taken(struct posix_timer *t, struct signal_info *info) {
    t->overrun = 0;
    if (!t->armed) return; // set anew or stopped meanwhile
    if (t->interval_ns) {
        u64 periods = advance(t, now_on_clock(t));
        t->overrun = (int)MIN(periods ? periods - 1 : 0, MAX_OVERRUN);
        arm_posix(t);
    } else {
        t->armed = false;
    }
    info->overrun = t->overrun;
}

void posix_timers_thread_exit(struct thread *thread) {
    if (list_empty(&timers)) return;
    lock();
    list_each(link, &timers) {
        struct posix_timer *t = CONTAINER(link, struct posix_timer, link);
        if (t->cpu.on != thread) continue;
        disarm(t);
        t->cpu.on = NULL;
    }
    unlock();
}

/* --- the calls
 * ---------------------------------------------------------------------------------------- */

static long check_clock(int clock) {
    if (cpu_clock_of(clock).valid) return 0;
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI: return 0;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM: // no clock that wakes a machine from suspend
    case CLOCK_BOOTTIME_ALARM: return -EOPNOTSUPP;
    default: return -EINVAL;
    }
}

/* LOCK_PROCESS held: a thread whose CPU time it counts must exist. */
static bool set_clock(struct posix_timer *t, int clock) {
    struct cpu_clock cpu = cpu_clock_of(clock);
    t->clock = clock;
    t->cpu_clock = cpu.valid;
    t->per_thread = cpu.valid && cpu.per_thread;
    if (t->per_thread) t->cpu.on = cpu.id ? thread_find(cpu.id) : current();
    return !t->per_thread || t->cpu.on;
}

/* LOCK_PROCESS held: a thread that is to be told must exist. */
static bool valid_event(const struct posix_timer *t) {
    if (t->notify == SIGEV_NONE) return true;
    if (t->signo < 1 || t->signo > SIGNAL_COUNT) return false;
    if (t->notify == SIGEV_THREAD_ID) return thread_find(t->tid) != NULL;
    // SIGEV_THREAD is the C library's, who never passes it here without SIGEV_THREAD_ID's help;
    // Linux treats it like SIGEV_SIGNAL.
    return t->notify == SIGEV_SIGNAL || t->notify == SIGEV_THREAD;
}

/* LOCK_PROCESS held. */
static bool valid_timer(struct posix_timer *t, int clock) { return set_clock(t, clock) && valid_event(t); }

long sys_timer_create(int clockid, const struct abi_sigevent *sevp, uptr timerid) {
    long error = check_clock(clockid);
    if (error) return error;
    struct posix_timer *t = kalloc(sizeof *t);
    if (!t) return -EAGAIN;
    t->cpu.fire = fire_posix_cpu;
    list_init(&t->cpu.link);
    list_init(&t->signal.link);
    t->signal.timer = t;
    t->notify = sevp ? sevp->sigev_notify : SIGEV_SIGNAL;
    t->signo = sevp ? sevp->sigev_signo : SIGALRM;
    t->tid = sevp ? sevp->sigev_notify_thread_id : 0;

    lock();
    if (!valid_timer(t, clockid)) error = -EINVAL;
    else t->id = next_id++;
    unlock();
    t->value = sevp ? sevp->sigev_value : (u64)t->id; // Linux's default is the number
    // A timer whose number nobody knows would be there for ever.
    if (!error) error = user_write(timerid, &t->id, sizeof t->id);
    lock();
    // its thread may have ended meanwhile
    if (!error && !valid_timer(t, clockid)) error = -EINVAL;
    if (!error) list_push_back(&timers, &t->link);
    unlock();
    if (error) kfree(t);
    return error;
}

/* What is left, and the period. */
static void describe_posix(struct posix_timer *t, struct abi_itimerspec *out) {
    out->it_interval = timespec_of(t->interval_ns);
    out->it_value = timespec_of(0);
    if (!t->armed) return;
    u64 now = now_on_clock(t);
    u64 end = t->expires_ns;
    // A period that ended while the signal waits, or that sends none, counts as begun anew.
    if (end <= now && t->interval_ns) end += ((now - end) / t->interval_ns + 1) * t->interval_ns;
    else if (end <= now && t->notify == SIGEV_NONE) return;
    // Not zero: that would mean disarmed.
    out->it_value = timespec_of(end > now ? end - now : 1);
}

static void set(struct posix_timer *t, u32 flags, const struct abi_itimerspec *to) {
    disarm(t);
    signal_unqueue_timer(&t->signal);
    t->interval_ns = 0; // a timer that does not run has none, whatever was given (Linux)
    u64 value = timespec_to_ns(&to->it_value);
    if (value == 0) return;
    t->interval_ns = timespec_to_ns(&to->it_interval);
    u64 now = now_on_clock(t);
    bool wall = t->clock == CLOCK_REALTIME || t->clock == CLOCK_TAI;
    if (!(flags & TIMER_ABSTIME)) t->expires_ns = value >= MAX_NS - now ? FOREVER : now + value;
    else t->expires_ns = wall ? wall_to_monotonic(value) : value;
    t->armed = true;
    if (t->notify != SIGEV_NONE) arm_posix(t);
}

long sys_timer_settime(int timerid, u32 flags, const struct abi_itimerspec *new_value,
                       struct abi_itimerspec *old_value) {
    const struct abi_timespec *value = &new_value->it_value, *period = &new_value->it_interval;
    if (!timespec_valid(value) || !timespec_valid(period)) return -EINVAL;
    lock();
    struct posix_timer *t = find(timerid);
    if (t && old_value) describe_posix(t, old_value);
    if (t) set(t, flags, new_value);
    unlock();
    return t ? 0 : -EINVAL;
}

long sys_timer_gettime(int timerid, struct abi_itimerspec *curr_value) {
    lock();
    struct posix_timer *t = find(timerid);
    if (t) describe_posix(t, curr_value);
    unlock();
    return t ? 0 : -EINVAL;
}

long sys_timer_getoverrun(int timerid) {
    lock();
    struct posix_timer *t = find(timerid);
    long overrun = t ? t->overrun : -EINVAL;
    unlock();
    return overrun;
}

long sys_timer_delete(int timerid) {
    lock();
    struct posix_timer *t = find(timerid);
    if (t) {
        list_remove(&t->link);
        disarm(t);
        signal_unqueue_timer(&t->signal);
    }
    unlock();
    if (!t) return -EINVAL;
    timer_cancel(&t->timer); // its `fire` may be waiting for the lock on another CPU
    kfree(t);
    return 0;
}
