/* setitimer and alarm: three timers of the process, on real time and on CPU time.
 *
 * Differs: ITIMER_VIRTUAL counts all CPU time, not only that in user mode, because the kernel
 * does not tell them apart. */
#include "clock.h"
#include "cpu-timer.h"
#include "itimer.h"
#include "sys.h"
#include "timespec.h"

#define SHORTEST_PERIOD_NS 100000ull

struct itimer {
    u64 expires_ns, interval_ns; /* monotonic, or CPU time; expires 0: not armed */
    int signo;
    struct timer real;
    struct cpu_timer cpu;
};

static struct itimer itimers[3]; /* LOCK_SIGNAL */

static void fire_real(struct timer *timer);
static void fire_cpu(struct cpu_timer *timer, u64 cpu_now);

void itimers_init(void) {
    static const int signals[] = {
        [ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF};
    for (int i = 0; i < 3; i++) {
        itimers[i].signo = signals[i];
        itimers[i].cpu.fire = fire_cpu;
        list_init(&itimers[i].cpu.link);
    }
}

static u64 now_of(int which) { return which == ITIMER_REAL ? clock_now() : process_runtime_ns(); }

static void arm(struct itimer *t, u64 expires_ns) {
    t->expires_ns = expires_ns;
    if (t == &itimers[ITIMER_REAL]) timer_arm(&t->real, expires_ns, fire_real);
    else cpu_timer_arm(&t->cpu, NULL, expires_ns);
}

/* Periods that have passed already are skipped: one signal stands for all. A period too short
 * for the program to do anything in between is stretched: Linux waits until the signal is taken. */
static void again(struct itimer *t, u64 now) {
    u64 expired = t->expires_ns;
    t->expires_ns = 0;
    if (!t->interval_ns) return;
    u64 next = expired + ((now - expired) / t->interval_ns + 1) * t->interval_ns;
    arm(t, MAX(next, now + SHORTEST_PERIOD_NS));
}

static void fire_real(struct timer *timer) {
    struct itimer *t = CONTAINER(timer, struct itimer, real);
    spin_lock(&process.signals.lock);
    u64 now = clock_now();
    bool due = t->expires_ns && t->expires_ns <= now; // it may have been set anew meanwhile
    if (due) again(t, now);
    spin_unlock(&process.signals.lock);
    if (due) signal_send_process(&(struct signal_info){.signo = t->signo, .code = SI_KERNEL});
}

static void fire_cpu(struct cpu_timer *timer, u64 cpu_now) {
    struct itimer *t = CONTAINER(timer, struct itimer, cpu);
    signal_post_process(&(struct signal_info){.signo = t->signo, .code = SI_KERNEL});
    again(t, cpu_now);
}

static struct abi_itimerval describe(int which) {
    struct itimer *t = &itimers[which];
    struct abi_itimerval out = {.it_interval = timeval_of(t->interval_ns)};
    if (!t->expires_ns) return out;
    u64 now = now_of(which);
    // Not zero while armed; Linux rounds up the same way.
    u64 left = t->expires_ns > now ? t->expires_ns - now : 0;
    out.it_value = timeval_of(MAX(left + NS_PER_USEC - 1, NS_PER_USEC));
    return out;
}

static struct abi_itimerval exchange(int which, const struct abi_itimerval *to) {
    struct itimer *t = &itimers[which];
    spin_lock(&process.signals.lock);
    struct abi_itimerval old = describe(which);
    timer_disarm(&t->real);
    cpu_timer_disarm(&t->cpu);
    t->expires_ns = 0;
    t->interval_ns = timeval_to_ns(&to->it_interval);
    u64 value = timeval_to_ns(&to->it_value), now = now_of(which);
    if (value) arm(t, value >= MAX_NS - now ? FOREVER : now + value);
    spin_unlock(&process.signals.lock);
    return old;
}

long sys_setitimer(int which, const struct abi_itimerval *new_value,
                   struct abi_itimerval *old_value) {
    if (which < 0 || which > ITIMER_PROF) return -EINVAL;
    // Linux takes NULL for zero, that is: stop.
    static const struct abi_itimerval stop;
    const struct abi_itimerval *to = new_value ? new_value : &stop;
    if (!timeval_valid(&to->it_value) || !timeval_valid(&to->it_interval)) return -EINVAL;
    struct abi_itimerval old = exchange(which, to);
    if (old_value) *old_value = old;
    return 0;
}

long sys_getitimer(int which, struct abi_itimerval *curr_value) {
    if (which < 0 || which > ITIMER_PROF) return -EINVAL;
    spin_lock(&process.signals.lock);
    *curr_value = describe(which);
    spin_unlock(&process.signals.lock);
    return 0;
}

long sys_alarm(u32 seconds) {
    struct abi_itimerval to = {.it_value.tv_sec = seconds};
    struct abi_timeval left = exchange(ITIMER_REAL, &to).it_value;
    // Whole seconds, rounded to the nearest, but not to 0 (Linux: alarm_setitimer).
    bool up = (left.tv_sec == 0 && left.tv_usec) || left.tv_usec >= 500000;
    return left.tv_sec + up;
}
