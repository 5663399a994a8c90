/* Timers made by timer_create. time/posix-timer.c */
#pragma once
#include "cpu-timer.h"

struct posix_timer {
    struct list link;          /* all of them */
    int id;
    int clock;                 /* as the program named it */
    int notify, signo, tid;    /* SIGEV_*, and to which thread */
    u64 value;
    bool cpu_clock, per_thread; /* CPU time, of the thread `cpu.on`, NULL once it ended */
    bool armed;
    u64 expires_ns, interval_ns; /* on its clock: monotonic or CPU time */
    int overrun;               /* of the last signal delivered */
    struct timer timer;        /* for monotonic time */
    struct cpu_timer cpu;      /* for CPU time */
    struct queued_signal signal;
};

/* A signal of this timer was taken: counts what it missed, and arms it again. LOCK_SIGNAL held. */
void posix_timer_taken(struct posix_timer *timer, struct signal_info *info);
/* A thread ends: what ran on its CPU clock never expires. */
void posix_timers_thread_exit(struct thread *t);
void posix_timers_init(void);
