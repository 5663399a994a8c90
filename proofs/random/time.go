package main

import (
	"fmt"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

var timeKinds = []kind{
	{"time", 5, newTimer}, {"time", 6, setTimer}, {"time", 3, askTimer}, {"time", 2, deleteTimer}, {"time", 3, fireTimer},
	{"time", 4, sleep}, {"time", 3, intervalTimer}, {"time", 2, resolution}, {"time", 2, clocks},
}

func (w *world) timer(d *dice) (uintptr, string) {
	if len(w.timers) == 0 || d.one(15) {
		return pick(d, uintptr(123456), raw.Minus(1)), "none"
	}
	i := d.Intn(len(w.timers))
	return w.timers[i], fmt.Sprint(i)
}

// newTimer tells this thread by a signal that it takes, or nobody.
func newTimer(w *world, d *dice) {
	clock, notify, signal := pick(d, 0, 1, 1, 1, 7, 4, 77, -1), pick(d, 4, 4, 4, 1), timerSignal
	if d.one(15) {
		notify = pick(d, 3, 5, 77)
	}
	if d.one(20) {
		signal = pick(d, 0, 65, -1)
	}
	event, id := w.alloc(64), w.alloc(8)
	putHalf(event, 0, uint32(0x1111*(1+len(w.timers))))
	putHalf(event, 2, uint32(signal))
	putHalf(event, 3, uint32(notify))
	putHalf(event, 4, uint32(w.thread))
	if len(w.timers) > 12 {
		return
	}
	label := fmt.Sprintf("timer_create(%d, %d, %d)", clock, notify, signal)
	if _, err := w.call(label, syscall.SYS_TIMER_CREATE, uintptr(clock), event, id); err == nil {
		timer := uintptr(int32(half(id, 0)))
		w.timers = append(w.timers, timer)
		w.untold[timer] = notify == 1
	}
}

// far is a time that does not come, or none.
func far(d *dice) (seconds, nanoseconds uint64) {
	if d.one(12) {
		return pick(d, ^uint64(0), 5), pick(d, uint64(1_000_000_000), 1<<63, 7)
	}
	if d.one(3) {
		return 0, 0
	}
	return uint64(4000 + d.Intn(4000)), uint64(d.Intn(1_000_000_000))
}

func setTimer(w *world, d *dice) {
	timer, which := w.timer(d)
	seconds, nanoseconds := far(d)
	every, everyNs := far(d)
	old, flags := w.alloc(32), pick(d, 0, 0, 0, 2)
	n, err := raw.Call(syscall.SYS_TIMER_SETTIME, timer, uintptr(flags), w.words(every, everyNs, seconds, nanoseconds), old)
	w.say("timer_settime(%s, %d, %d.%d every %d.%d) = %s, before %s", which, flags, int(seconds), nanoseconds, int(every), everyNs, answer(n, err), w.left(timer, old))
}

// left says of a timer that tells nobody its interval only: once it was set and stopped, Linux counts on.
func (w *world) left(timer, at uintptr) string {
	if w.untold[timer] {
		return fmt.Sprintf("every %d.%d", word(at, 0), word(at, 1))
	}
	return left(at)
}

// left is what is certain about a timer: its interval, and whether it runs.
func left(at uintptr) string {
	return fmt.Sprintf("every %d.%d, runs %t", word(at, 0), word(at, 1), word(at, 2)|word(at, 3) != 0)
}

func askTimer(w *world, d *dice) {
	timer, which := w.timer(d)
	at := w.alloc(32)
	if d.one(3) {
		w.call(fmt.Sprintf("timer_getoverrun(%s)", which), syscall.SYS_TIMER_GETOVERRUN, timer)
		return
	}
	n, err := raw.Call(syscall.SYS_TIMER_GETTIME, timer, at)
	w.say("timer_gettime(%s) = %s, %s", which, answer(n, err), w.left(timer, at))
}

func deleteTimer(w *world, d *dice) {
	timer, which := w.timer(d)
	w.call(fmt.Sprintf("timer_delete(%s)", which), syscall.SYS_TIMER_DELETE, timer)
}

// fireTimer waits for a timer that comes at once.
func fireTimer(w *world, d *dice) {
	event, id, info := w.alloc(64), w.alloc(8), w.alloc(128)
	clock, value, absolute := pick(d, 0, 1, 7), d.Intn(1<<31), pick(d, uint64(0), 0, 1)
	putHalf(event, 0, uint32(value))
	putHalf(event, 2, timerSignal)
	putHalf(event, 3, 4)
	putHalf(event, 4, uint32(w.thread))
	prove.Ok("timer_create", raw.Err(syscall.SYS_TIMER_CREATE, uintptr(clock), event, id))
	timer, wait, start := uintptr(half(id, 0)), uint64(1+d.Intn(300_000)), time.Now()
	every := pick(d, uint64(0), 0, 50_000)
	prove.Ok("timer_settime", raw.Err(syscall.SYS_TIMER_SETTIME, timer, uintptr(absolute), w.words(0, every, 0, wait), 0))
	if d.one(2) {
		time.Sleep(400 * time.Microsecond)
	}
	n, err := raw.Call(syscall.SYS_RT_SIGTIMEDWAIT, w.words(bit(timerSignal)), info, w.words(100, 0), 8)
	late := absolute == 0 && time.Since(start) < time.Duration(wait)
	w.say("a timer of clock %d: %s, code %d, value right %t, too early %t, overrun %t", clock, answer(n, err), int32(half(info, 2)),
		half(info, 6) == uint32(value), late, half(info, 5) > 0 && every == 0)
	prove.Ok("timer_delete", raw.Err(syscall.SYS_TIMER_DELETE, timer))
	w.takeAll()
}

func sleep(w *world, d *dice) {
	seconds, nanoseconds := uint64(0), uint64(d.Intn(200_000))
	if d.one(4) {
		seconds, nanoseconds = pick(d, uint64(0), ^uint64(0), 1<<63), pick(d, uint64(1_000_000_000), 1<<63, 0)
	}
	start := time.Now()
	var err error
	var n uintptr
	clock, flags := pick(d, 0, 1, 1, 7, 3, 77, -1), pick(d, 0, 0, 1, 2)
	label := fmt.Sprintf("nanosleep(%d.%d)", int(seconds), int(nanoseconds))
	if d.one(2) {
		n, err = raw.Call(syscall.SYS_NANOSLEEP, w.words(seconds, nanoseconds), 0)
		flags = 0
	} else {
		label = fmt.Sprintf("clock_nanosleep(%d, %d, %d.%d)", clock, flags, int(seconds), int(nanoseconds))
		n, err = raw.Call(raw.SYS_CLOCK_NANOSLEEP, uintptr(clock), uintptr(flags), w.words(seconds, nanoseconds), 0)
	}
	early := err == nil && flags == 0 && time.Since(start) < time.Duration(nanoseconds)
	w.say("%s = %s, too early %t", label, answer(n, err), early)
}

func intervalTimer(w *world, d *dice) {
	which, at := pick(d, 0, 0, 0, 1, 2, 3, -1), w.alloc(32)
	seconds, micros := uint64(5000+d.Intn(100)), pick(d, uint64(0), 5, 999_999, 1_000_000, 1<<63)
	if d.one(3) {
		seconds, micros = 0, 0
	}
	n, err := raw.Call(syscall.SYS_SETITIMER, uintptr(which), w.words(7, micros, seconds, micros), at)
	w.say("setitimer(%d, %d.%d) = %s, before %s", which, seconds, int(micros), answer(n, err), left(at))
	n, err = raw.Call(syscall.SYS_GETITIMER, uintptr(which), at)
	w.say("getitimer(%d) = %s, runs %t", which, answer(n, err), word(at, 2)|word(at, 3) != 0)
	raw.Call(syscall.SYS_SETITIMER, uintptr(which), w.words(0, 0, 0, 0), 0)
}

func resolution(w *world, d *dice) {
	clock, at := pick(d, 0, 1, 4, 7, 2, 3, 77), w.alloc(16)
	n, err := raw.Call(raw.SYS_CLOCK_GETRES, uintptr(clock), at)
	w.say("clock_getres(%d) = %s, %d.%d", clock, answer(n, err), word(at, 0), word(at, 1))
}

// clocks proves that time goes forward, however it is asked for.
func clocks(w *world, d *dice) {
	clock := pick(d, 1, 1, 4, 6, 7, 2, 3)
	last, back := uint64(0), false
	for i := 0; i < 20; i++ {
		at := w.alloc(16)
		prove.Ok("clock_gettime", raw.Err(syscall.SYS_CLOCK_GETTIME, uintptr(clock), at))
		now := word(at, 0)*1_000_000_000 + word(at, 1)
		back, last = back || now < last, now
	}
	w.say("clock %d goes back: %t", clock, back)
}
