package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

type interval struct{ Every, Value syscall.Timeval }

func micro(d time.Duration) syscall.Timeval { return syscall.NsecToTimeval(int64(d)) }

// set arms an interval timer and tells what it was before.
func set(which uintptr, every, value time.Duration) interval {
	old := raw.New(interval{})
	now := raw.New(interval{micro(every), micro(value)})
	prove.Ok("setitimer", raw.Err(syscall.SYS_SETITIMER, which, raw.P(now), raw.P(old)))
	return *old
}

// quiet waits until what was under way has come, and no more comes for a while.
func quiet(what string, c chan os.Signal) {
	prove.Eventually(what, func() bool {
		for len(c) > 0 {
			<-c
		}
		time.Sleep(40 * time.Millisecond)
		return len(c) == 0
	})
}

// intervalTimers proves setitimer and getitimer: real time sends SIGALRM, CPU time SIGVTALRM.
func intervalTimers() {
	const real, virtual = 0, 1
	alarms := make(chan os.Signal, 100)
	signal.Notify(alarms, syscall.SIGALRM, syscall.SIGVTALRM)
	defer signal.Stop(alarms)

	// Once.
	set(real, 0, 10*time.Millisecond)
	prove.Within("SIGALRM", func() { prove.Equal("the signal", <-alarms, os.Signal(syscall.SIGALRM)) })
	prove.Equal("after it", set(real, 0, 0), interval{})

	// Again and again, until it is disarmed.
	set(real, 5*time.Millisecond, 5*time.Millisecond)
	prove.Within("five alarms", func() {
		for i := 0; i < 5; i++ {
			<-alarms
		}
	})
	now := raw.New(interval{})
	prove.Ok("getitimer", raw.Err(syscall.SYS_GETITIMER, real, raw.P(now)))
	prove.Equal("the interval", now.Every, micro(5*time.Millisecond))
	prove.That(now.Value.Usec > 0 && now.Value.Usec <= 5000, "the rest is %v", now.Value)
	old := set(real, 0, 0)
	prove.Equal("the old interval", old.Every, micro(5*time.Millisecond))
	quiet("no alarm comes after it was disarmed", alarms)

	// CPU time passes only while the program computes.
	set(virtual, 0, 5*time.Second)
	time.Sleep(30 * time.Millisecond)
	prove.Equal("alarms while asleep", len(alarms), 0)
	set(virtual, 0, 20*time.Millisecond)
	for end := time.Now().Add(time.Minute); len(alarms) == 0 && time.Now().Before(end); {
	}
	prove.Equal("alarms after computing", len(alarms), 1)

	prove.Fails("a timer that is none", raw.Err(syscall.SYS_GETITIMER, 3, raw.P(now)), syscall.EINVAL)
	bad := raw.New(interval{Value: syscall.Timeval{Usec: 1e6}})
	prove.Fails("a million microseconds", raw.Err(syscall.SYS_SETITIMER, real, raw.P(bad), 0), syscall.EINVAL)
	prove.Fails("a value nowhere", raw.Err(syscall.SYS_SETITIMER, real, 8, 0), syscall.EFAULT)
}
