package main

import (
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

func span(d time.Duration) uintptr { return raw.P(raw.New(syscall.NsecToTimespec(int64(d)))) }

// sleeps proves nanosleep and clock_nanosleep: never early, relative or absolute, on each clock.
func sleeps() {
	for _, d := range []time.Duration{0, time.Microsecond, 5 * time.Millisecond, 30 * time.Millisecond} {
		start := read(raw.CLOCK_MONOTONIC)
		prove.Ok("nanosleep", raw.Err(syscall.SYS_NANOSLEEP, span(d), 0))
		slept := read(raw.CLOCK_MONOTONIC) - start
		prove.That(slept >= d && slept < d+time.Minute, "nanosleep of %v lasted %v", d, slept)
	}
	for _, clock := range []uintptr{raw.CLOCK_MONOTONIC, raw.CLOCK_REALTIME, raw.CLOCK_BOOTTIME} {
		start := read(clock)
		prove.Ok("relative", raw.Err(raw.SYS_CLOCK_NANOSLEEP, clock, 0, span(5*time.Millisecond), 0))
		prove.That(read(clock)-start >= 5*time.Millisecond, "clock %d: relative", clock)
		target := read(clock) + 10*time.Millisecond
		prove.Ok("absolute", raw.Err(raw.SYS_CLOCK_NANOSLEEP, clock, raw.TIMER_ABSTIME, span(target), 0))
		prove.That(read(clock) >= target, "clock %d: absolute", clock)
		prove.Ok("in the past", raw.Err(raw.SYS_CLOCK_NANOSLEEP, clock, raw.TIMER_ABSTIME, span(time.Nanosecond), 0))
	}
	bad := raw.New(syscall.Timespec{Nsec: 1e9})
	prove.Fails("a thousand million nanoseconds", raw.Err(syscall.SYS_NANOSLEEP, raw.P(bad), 0), syscall.EINVAL)
	negative := raw.New(syscall.Timespec{Sec: -1})
	prove.Fails("a negative time", raw.Err(syscall.SYS_NANOSLEEP, raw.P(negative), 0), syscall.EINVAL)
	prove.Fails("a time nowhere", raw.Err(syscall.SYS_NANOSLEEP, 8, 0), syscall.EFAULT)
	prove.Fails("a clock that is none", raw.Err(raw.SYS_CLOCK_NANOSLEEP, 99, 0, span(1), 0), syscall.EINVAL)

	// A signal ends a sleep: EINTR and the rest.
	stop := raw.Interrupt(raw.Gettid(), raw.SIGURG)
	rest := raw.New(syscall.Timespec{})
	err := raw.Err(syscall.SYS_NANOSLEEP, span(time.Hour), raw.P(rest))
	stop()
	prove.Fails("a sleep that a signal ends", err, syscall.EINTR)
	left := time.Duration(syscall.TimespecToNsec(*rest))
	prove.That(left > 0 && left < time.Hour, "%v are left of an hour", left)
}
