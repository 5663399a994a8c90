package main

import (
	"runtime"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// read asks the kernel, not the vDSO, for the time on a clock.
func read(clock uintptr) time.Duration {
	now := raw.New(syscall.Timespec{})
	prove.Ok("clock_gettime", raw.Err(syscall.SYS_CLOCK_GETTIME, clock, raw.P(now)))
	prove.That(now.Nsec >= 0 && now.Nsec < 1e9, "clock %d has %d nanoseconds", clock, now.Nsec)
	return time.Duration(syscall.TimespecToNsec(*now))
}

var clockNames = map[uintptr]string{
	raw.CLOCK_REALTIME: "realtime", raw.CLOCK_MONOTONIC: "monotonic", raw.CLOCK_MONOTONIC_RAW: "monotonic raw",
	raw.CLOCK_REALTIME_COARSE: "realtime coarse", raw.CLOCK_MONOTONIC_COARSE: "monotonic coarse",
	raw.CLOCK_BOOTTIME: "boottime", raw.CLOCK_PROCESS_CPUTIME_ID: "process CPU", raw.CLOCK_THREAD_CPUTIME_ID: "thread CPU",
}

// clocks proves that every clock runs, that those of one family agree, and what the calls refuse.
func clocks() {
	// The clock of a thread is only its own while the goroutine stays on it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	before := map[uintptr]time.Duration{}
	for clock := range clockNames {
		before[clock] = read(clock)
	}
	for end := time.Now().Add(40 * time.Millisecond); time.Now().Before(end); {
	}
	for clock, name := range clockNames {
		passed := read(clock) - before[clock]
		prove.That(passed > 0 && passed < time.Minute, "%s: %v passed in 40 busy ms", name, passed)
		resolution := raw.New(syscall.Timespec{})
		prove.Ok("clock_getres", raw.Err(raw.SYS_CLOCK_GETRES, clock, raw.P(resolution)))
		prove.That(resolution.Sec == 0 && resolution.Nsec > 0 && resolution.Nsec <= 20e6, "%s: resolution %v", name, *resolution)
	}
	prove.That(raw.Err(raw.SYS_CLOCK_GETRES, raw.CLOCK_MONOTONIC, 0) == nil, "clock_getres without a result")

	// Go's clock (by the vDSO) and the kernel's are one.
	wall := time.Duration(time.Now().UnixNano())
	kernel := read(raw.CLOCK_REALTIME)
	prove.That(kernel >= wall && kernel-wall < time.Minute, "vDSO %v, kernel %v", wall, kernel)
	coarse := read(raw.CLOCK_REALTIME_COARSE)
	prove.That(kernel-coarse < time.Minute && coarse-kernel < time.Minute, "coarse differs by %v", coarse-kernel)
	day := raw.New(syscall.Timeval{})
	prove.Ok("gettimeofday", raw.Err(syscall.SYS_GETTIMEOFDAY, raw.P(day), 0))
	late := time.Duration(syscall.TimevalToNsec(*day)) - kernel
	prove.That(late > -time.Minute && late < time.Minute, "gettimeofday differs by %v", late)
	prove.That(read(raw.CLOCK_MONOTONIC) > 0, "the monotonic clock is not zero")
	legacyTime(kernel)

	prove.Fails("a clock that is none", raw.Err(syscall.SYS_CLOCK_GETTIME, 99, raw.P(day)), syscall.EINVAL)
	prove.Fails("a result nowhere", raw.Err(syscall.SYS_CLOCK_GETTIME, raw.CLOCK_REALTIME, 8), syscall.EFAULT)
	prove.Fails("a resolution nowhere", raw.Err(raw.SYS_CLOCK_GETRES, raw.CLOCK_REALTIME, 8), syscall.EFAULT)

	// CPU time stands still while the thread sleeps.
	raw.Gettid()
	prove.Eventually("a sleep of 60 ms uses less than 40 of CPU time", func() bool {
		start := read(raw.CLOCK_THREAD_CPUTIME_ID)
		nap := syscall.NsecToTimespec(int64(60 * time.Millisecond))
		syscall.Nanosleep(&nap, nil)
		return read(raw.CLOCK_THREAD_CPUTIME_ID)-start < 40*time.Millisecond
	})
}
