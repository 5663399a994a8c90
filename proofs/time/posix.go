package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// event is struct sigevent: 64 bytes.
type event struct {
	Value  uint64
	Signal int32
	Notify int32
	Thread int32
	_      [44]byte
}

type setting struct{ Every, Value syscall.Timespec }

const (
	notifySignal, notifyNone, notifyThread = 0, 1, 4

	firstRealTime = 40
)

func nano(d time.Duration) syscall.Timespec { return syscall.NsecToTimespec(int64(d)) }

func create(clock uintptr, e event) uintptr {
	id := raw.New(int32(-1))
	prove.Ok("timer_create", raw.Err(syscall.SYS_TIMER_CREATE, clock, raw.P(raw.New(e)), raw.P(id)))
	return uintptr(*id)
}

func arm(id, flags uintptr, every, value time.Duration) {
	new := raw.New(setting{nano(every), nano(value)})
	prove.Ok("timer_settime", raw.Err(syscall.SYS_TIMER_SETTIME, id, flags, raw.P(new), 0))
}

func armed(id uintptr) setting {
	now := raw.New(setting{})
	prove.Ok("timer_gettime", raw.Err(syscall.SYS_TIMER_GETTIME, id, raw.P(now)))
	return *now
}

// posixTimers proves timer_create and its kin: to the process, to a thread, to nobody, on several clocks.
func posixTimers() {
	const number = firstRealTime
	came := make(chan os.Signal, 100)
	signal.Notify(came, syscall.Signal(number))
	defer signal.Stop(came)

	once := create(raw.CLOCK_MONOTONIC, event{Signal: number, Notify: notifySignal})
	prove.Equal("a new timer", armed(once), setting{})
	arm(once, 0, 0, 10*time.Millisecond)
	prove.Within("a timer on the monotonic clock", func() { <-came })
	prove.Equal("after it", armed(once), setting{})
	arm(once, raw.TIMER_ABSTIME, 0, read(raw.CLOCK_MONOTONIC)+10*time.Millisecond)
	prove.Within("an absolute time", func() { <-came })
	arm(once, raw.TIMER_ABSTIME, 0, time.Nanosecond)
	prove.Within("a time in the past", func() { <-came })

	every := create(raw.CLOCK_REALTIME, event{Signal: number, Notify: notifyThread, Thread: int32(raw.Gettid())})
	arm(every, 0, 5*time.Millisecond, 5*time.Millisecond)
	prove.Within("five times to a thread", func() {
		for i := 0; i < 5; i++ {
			<-came
		}
	})
	prove.Equal("the interval", armed(every).Every, nano(5*time.Millisecond))
	overrun, err := raw.Call(syscall.SYS_TIMER_GETOVERRUN, every)
	prove.That(err == nil && overrun < 1000, "overruns: %d, %v", overrun, err)
	arm(every, 0, 0, 0)

	// CPU time of the thread, as Go's profiler asks for it.
	busy := create(raw.CLOCK_THREAD_CPUTIME_ID, event{Signal: number, Notify: notifyThread, Thread: int32(syscall.Gettid())})
	quiet("no signal comes after it was disarmed", came)
	arm(busy, 0, 0, 10*time.Millisecond)
	for end := time.Now().Add(time.Minute); len(came) == 0 && time.Now().Before(end); {
	}
	prove.Equal("signals after computing", len(came), 1)

	// One that tells nobody can still be asked.
	silent := create(raw.CLOCK_MONOTONIC, event{Notify: notifyNone})
	arm(silent, 0, 0, time.Hour)
	left := time.Duration(syscall.TimespecToNsec(armed(silent).Value))
	prove.That(left > 59*time.Minute && left <= time.Hour, "%v of an hour left", left)

	for _, id := range []uintptr{once, every, busy, silent} {
		prove.Ok("timer_delete", raw.Err(syscall.SYS_TIMER_DELETE, id))
		prove.Fails("deleting twice", raw.Err(syscall.SYS_TIMER_DELETE, id), syscall.EINVAL)
	}
	id := raw.New(int32(0))
	prove.Fails("a clock that is none", raw.Err(syscall.SYS_TIMER_CREATE, 99, 0, raw.P(id)), syscall.EINVAL)
	prove.Fails("a signal that is none", raw.Err(syscall.SYS_TIMER_CREATE, 1, raw.P(raw.New(event{Signal: 99})), raw.P(id)), syscall.EINVAL)
	prove.Fails("a thread that is none", raw.Err(syscall.SYS_TIMER_CREATE, 1, raw.P(raw.New(event{Signal: 40, Notify: notifyThread, Thread: 1 << 29})), raw.P(id)), syscall.EINVAL)
	prove.Fails("a timer that is none", raw.Err(syscall.SYS_TIMER_GETTIME, 12345, raw.P(raw.New(setting{}))), syscall.EINVAL)
}
