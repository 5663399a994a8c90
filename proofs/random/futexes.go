package main

import (
	"fmt"
	"sync/atomic"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

func futex(at uintptr, operation int, value uintptr, more ...uintptr) (uintptr, error) {
	return raw.Call(syscall.SYS_FUTEX, append([]uintptr{at, uintptr(operation), value}, more...)...)
}

func futexAlone(w *world, d *dice) {
	at, label := w.words(7), "word"
	if d.one(3) {
		at = w.place(d)
		label = name(at)
	}
	private := pick(d, raw.FUTEX_PRIVATE, raw.FUTEX_PRIVATE, raw.FUTEX_PRIVATE, 0)
	// Without it, pages that are shared or read-only tell kinds of waiting apart that only processes need.
	if label != "word" {
		private = raw.FUTEX_PRIVATE
	}
	value := pick(d, uintptr(7), 7, 0, 3)
	seconds, nanoseconds := uint64(0), uint64(d.Intn(50_000))
	if d.one(6) {
		seconds, nanoseconds = pick(d, ^uint64(0), 0), pick(d, uint64(1_000_000_000), 1<<63)
	}
	limit := w.words(seconds, nanoseconds)
	switch d.Intn(5) {
	case 0:
		w.call(fmt.Sprintf("futex wait %s for %d, %d.%d", label, value, int(seconds), int(nanoseconds)),
			syscall.SYS_FUTEX, at, uintptr(raw.FUTEX_WAIT|private), value, limit)
	case 1:
		bits := pick(d, uintptr(0), 1, 1<<32-1)
		if label != "word" {
			bits = 1
		}
		w.call(fmt.Sprintf("futex wait %s for %d with bits %#x", label, value, bits),
			syscall.SYS_FUTEX, at, uintptr(raw.FUTEX_WAIT_BITSET|private), value, limit, 0, bits)
	case 2:
		bits := pick(d, uintptr(0), 1, 1<<32-1)
		if label != "word" {
			bits = 1
		}
		w.call(fmt.Sprintf("futex wake %s with bits %#x", label, bits),
			syscall.SYS_FUTEX, at, uintptr(raw.FUTEX_WAKE_BITSET|private), 5, 0, 0, bits)
	case 3:
		count := pick(d, uintptr(0), 1, 1<<31-1, raw.Minus(1))
		w.call(fmt.Sprintf("futex wake %s, %d", label, int(count)), syscall.SYS_FUTEX, at, uintptr(raw.FUTEX_WAKE|private), count)
	case 4:
		operation, other := pick(d, raw.FUTEX_REQUEUE, raw.FUTEX_CMP_REQUEUE, raw.FUTEX_CMP_REQUEUE, 77), w.words(0)
		w.call(fmt.Sprintf("futex operation %d of %s, expecting %d", operation, label, value),
			syscall.SYS_FUTEX, at, uintptr(operation|private), 1, pick(d, uintptr(1), 0, raw.Minus(1)), other, value)
	}
}

// pingPong has two threads wait for each other.
func pingPong(w *world, d *dice) {
	rounds, turn := uint32(5+d.Intn(40)), (*uint32)(pointer(w.words(0)))
	at := raw.P(turn)
	all(2, func(i int) {
		for atomic.LoadUint32(turn) < 2*rounds {
			now := atomic.LoadUint32(turn)
			if int(now)%2 == i {
				atomic.AddUint32(turn, 1)
				futex(at, raw.FUTEX_WAKE|raw.FUTEX_PRIVATE, 1)
			} else {
				futex(at, raw.FUTEX_WAIT|raw.FUTEX_PRIVATE, uintptr(now), 0)
			}
		}
	})
	w.say("%d turns", *turn)
}

// mutex is the one of Drepper, Futexes Are Tricky (2011), section 5.
func mutex(w *world, d *dice) {
	lock, sum, threads, times := (*uint32)(pointer(w.words(0))), 0, 2+d.Intn(5), 10+d.Intn(60)
	at := raw.P(lock)
	all(threads, func(i int) {
		for n := 0; n < times; n++ {
			for state := uint32(1); !atomic.CompareAndSwapUint32(lock, 0, state); {
				if state = 2; atomic.SwapUint32(lock, 2) == 0 {
					break
				}
				futex(at, raw.FUTEX_WAIT, 2, 0)
			}
			sum++
			if atomic.SwapUint32(lock, 0) == 2 {
				futex(at, raw.FUTEX_WAKE, 1)
			}
		}
	})
	w.say("%d threads %d times: %d", threads, times, sum)
}

// requeue moves waiters to another word, and wakes them there.
func requeue(w *world, d *dice) {
	from, to, woken := w.words(0), w.words(0), new(uint32)
	threads, first, second := 1+d.Intn(6), d.Intn(3), d.Intn(4)
	told := make(chan struct{})
	go func() {
		defer close(told)
		prove.Eventually("all wait", func() bool {
			n, err := futex(from, raw.FUTEX_CMP_REQUEUE|raw.FUTEX_PRIVATE, 0, uintptr(threads), from, 0)
			return err == nil && int(n) == threads
		})
		n, err := futex(from, raw.FUTEX_CMP_REQUEUE|raw.FUTEX_PRIVATE, uintptr(first), uintptr(second), to, 0)
		w.say("of %d, wake %d and move %d: %s", threads, first, second, answer(n, err))
		total := 0
		for _, at := range []uintptr{from, to} {
			n, _ := futex(at, raw.FUTEX_WAKE|raw.FUTEX_PRIVATE, 100)
			total += int(n)
		}
		w.say("  then %d", total)
	}()
	all(threads, func(int) {
		if _, err := futex(from, raw.FUTEX_WAIT|raw.FUTEX_PRIVATE, 0, 0); err == nil {
			atomic.AddUint32(woken, 1)
		}
	})
	<-told
	w.say("  woken %d", *woken)
}
