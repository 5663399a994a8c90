// Clocks and timers. Values as Linux defines them; the header that is the witness stands above each group.
import { group } from "./group.ts";

/** clock_gettime(2). Witness: linux/time.h. */
export const clocks = group({
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  CLOCK_PROCESS_CPUTIME_ID: 2,
  CLOCK_THREAD_CPUTIME_ID: 3,
  CLOCK_MONOTONIC_RAW: 4,
  CLOCK_REALTIME_COARSE: 5,
  CLOCK_MONOTONIC_COARSE: 6,
  CLOCK_BOOTTIME: 7,
  CLOCK_REALTIME_ALARM: 8,
  CLOCK_BOOTTIME_ALARM: 9,
  CLOCK_TAI: 11,
});

/** setitimer(2). Witness: linux/time.h. */
export const intervalTimers = group({
  ITIMER_REAL: 0,
  ITIMER_VIRTUAL: 1,
  ITIMER_PROF: 2,
});

/** clock_nanosleep(2), timer_settime(2). Witness: linux/time.h. */
export const timerFlags = group({
  TIMER_ABSTIME: 0x1,
});
