// Proof futex: wait compares and sleeps, wake wakes as many as asked, timeouts hold, nothing is lost.
//
//proof:env GODEBUG=asyncpreemptoff=1
package main

import (
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// futex makes the call on one word.
func futex(word *uint32, op int, value uint32, rest ...uintptr) (int, error) {
	n, err := raw.Call(syscall.SYS_FUTEX, append([]uintptr{raw.P(word), uintptr(op), uintptr(value)}, rest...)...)
	return int(n), err
}

// after is an absolute time on a clock.
func after(clock uintptr, d time.Duration) uintptr {
	now := raw.New(syscall.Timespec{})
	raw.Call(syscall.SYS_CLOCK_GETTIME, clock, raw.P(now))
	return raw.P(raw.New(syscall.NsecToTimespec(syscall.TimespecToNsec(*now) + int64(d))))
}

func relative(d time.Duration) uintptr { return raw.P(raw.New(syscall.NsecToTimespec(int64(d)))) }

// sleeping counts who waits at the word: it moves all of them to another one and back, and wakes nobody.
func sleeping(word *uint32) int {
	aside := raw.New(uint32(0))
	const all = 1 << 30
	there, err := futex(word, raw.FUTEX_CMP_REQUEUE|raw.FUTEX_PRIVATE, 0, all, raw.P(aside), uintptr(*word))
	prove.Ok("moving the waiters aside", err)
	back, err := futex(aside, raw.FUTEX_CMP_REQUEUE|raw.FUTEX_PRIVATE, 0, all, raw.P(word), 0)
	prove.Ok("moving them back", err)
	prove.Equal("those who came back", back, there)
	return back
}

// sleepers starts n threads that wait for the word to change and returns when all of them sleep.
func sleepers(n int, word *uint32, op int, rest ...uintptr) *sync.WaitGroup {
	var wait sync.WaitGroup
	already := sleeping(word)
	for i := 0; i < n; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			_, err := futex(word, op, atomic.LoadUint32(word), rest...)
			prove.Ok("a wait that is woken", err)
		}()
	}
	prove.Eventually("all wait", func() bool { return sleeping(word) == already+n })
	return &wait
}

func main() {
	word := raw.New(uint32(5))
	const private = raw.FUTEX_PRIVATE

	// The word is compared before anything sleeps.
	_, err := futex(word, raw.FUTEX_WAIT|private, 4)
	prove.Fails("a wait for another value", err, syscall.EAGAIN)
	n, err := futex(word, raw.FUTEX_WAKE|private, 1)
	prove.That(n == 0 && err == nil, "nobody to wake: %d, %v", n, err)

	// Timeouts: relative for WAIT, absolute for WAIT_BITSET on either clock.
	for _, wait := range []struct {
		what string
		op   int
		rest func() []uintptr
	}{
		{"relative", raw.FUTEX_WAIT | private, func() []uintptr { return []uintptr{relative(20 * time.Millisecond)} }},
		{"monotonic", raw.FUTEX_WAIT_BITSET | private, func() []uintptr { return []uintptr{after(raw.CLOCK_MONOTONIC, 20*time.Millisecond), 0, ^uintptr(0)} }},
		{"realtime", raw.FUTEX_WAIT_BITSET | private | raw.FUTEX_CLOCK_REAL, func() []uintptr { return []uintptr{after(raw.CLOCK_REALTIME, 20*time.Millisecond), 0, ^uintptr(0)} }},
	} {
		start := time.Now()
		_, err := futex(word, wait.op, 5, wait.rest()...)
		prove.Fails("timeout "+wait.what, err, syscall.ETIMEDOUT)
		prove.That(time.Since(start) > 15*time.Millisecond, "timeout %s came after %v", wait.what, time.Since(start))
	}
	_, err = futex(word, raw.FUTEX_WAIT|private, 5, raw.P(raw.New(syscall.Timespec{Sec: 0, Nsec: 1000000000})))
	prove.Fails("a timeout that is none", err, syscall.EINVAL)

	// Waking one, some, all.
	wait := sleepers(6, word, raw.FUTEX_WAIT|private)
	n, err = futex(word, raw.FUTEX_WAKE|private, 1)
	prove.That(n == 1 && err == nil, "waking one: %d, %v", n, err)
	n, _ = futex(word, raw.FUTEX_WAKE|private, 2)
	prove.Equal("waking two", n, 2)
	n, _ = futex(word, raw.FUTEX_WAKE|private, 1<<30)
	prove.Equal("waking all", n, 3)
	prove.Within("all return", wait.Wait)

	// Bit sets choose whom to wake.
	left := sleepers(1, word, raw.FUTEX_WAIT_BITSET|private, 0, 0, 1)
	right := sleepers(1, word, raw.FUTEX_WAIT_BITSET|private, 0, 0, 2)
	n, _ = futex(word, raw.FUTEX_WAKE_BITSET|private, 10, 0, 0, 4)
	prove.Equal("waking by another bit", n, 0)
	n, _ = futex(word, raw.FUTEX_WAKE_BITSET|private, 10, 0, 0, 2)
	prove.Equal("waking by bit 2", n, 1)
	prove.Within("the right one returns", right.Wait)
	futex(word, raw.FUTEX_WAKE_BITSET|private, 10, 0, 0, ^uintptr(0)>>32)
	prove.Within("the left one returns", left.Wait)
	_, err = futex(word, raw.FUTEX_WAKE_BITSET|private, 10, 0, 0, 0)
	prove.Fails("waking without a bit", err, syscall.EINVAL)
	_, err = futex(word, raw.FUTEX_WAIT_BITSET|private, 5, 0, 0, 0)
	prove.Fails("an empty bit set", err, syscall.EINVAL)

	// Requeue moves waiters to another word.
	other := raw.New(uint32(0))
	wait = sleepers(3, word, raw.FUTEX_WAIT|private)
	_, err = futex(word, raw.FUTEX_CMP_REQUEUE|private, 1, 10, raw.P(other), 6)
	prove.Fails("requeue with another value", err, syscall.EAGAIN)
	n, err = futex(word, raw.FUTEX_CMP_REQUEUE|private, 1, 10, raw.P(other), 5)
	prove.That(n == 3 && err == nil, "one woken, two moved: %d, %v", n, err)
	n, _ = futex(word, raw.FUTEX_WAKE|private, 10)
	prove.Equal("left at the first word", n, 0)
	n, _ = futex(other, raw.FUTEX_WAKE|private, 10)
	prove.Equal("woken at the other word", n, 2)
	prove.Within("all return", wait.Wait)

	// Bad addresses.
	prove.Fails("a word at an odd address", raw.Err(syscall.SYS_FUTEX, raw.P(word)+1, private, 5), syscall.EINVAL)
	prove.Fails("a word nowhere", raw.Err(syscall.SYS_FUTEX, 8, private, 5), syscall.EFAULT)
	prove.Fails("a word in the kernel", raw.Err(syscall.SYS_FUTEX, raw.Minus(4096), private, 5), syscall.EFAULT)
	prove.Fails("an operation that is none", raw.Err(syscall.SYS_FUTEX, raw.P(word), 127, 5), syscall.ENOSYS)

	// What is asked before the word is looked at.
	nowhere, never := uintptr(8), raw.P(raw.New(syscall.Timespec{Sec: -1}))
	asked := func(what string, word uintptr, op int, want syscall.Errno, rest ...uintptr) {
		prove.Fails(what+", and a word nowhere", raw.Err(syscall.SYS_FUTEX, append([]uintptr{word, uintptr(op) | private}, rest...)...), want)
	}
	asked("a time that is none", nowhere, raw.FUTEX_WAIT, syscall.EINVAL, 5, never)
	asked("a time nowhere", nowhere+1, raw.FUTEX_WAIT, syscall.EFAULT, 5, nowhere)
	asked("an empty bit set", nowhere, raw.FUTEX_WAIT_BITSET, syscall.EINVAL, 5)
	asked("waking without a bit", nowhere, raw.FUTEX_WAKE_BITSET, syscall.EINVAL, 1)
	for _, op := range []int{raw.FUTEX_REQUEUE, raw.FUTEX_CMP_REQUEUE} {
		asked("minus one to wake", nowhere, op, syscall.EINVAL, raw.Minus(1), 1, raw.P(other))
		asked("minus one to move", raw.Minus(4096), op, syscall.EINVAL, 1, raw.Minus(1), nowhere)
		asked("one to move", raw.P(word), op, syscall.EFAULT, 1, 1, raw.Minus(4096))
		asked("one to move to an odd address", raw.P(word), op, syscall.EINVAL, 1, 1, raw.P(other)+1)
	}

	prove.Within("a mutex of two bits, contended", handoff)
	prove.Done()
}

// handoff hands a turn round between threads: one lost wakeup would hang it.
func handoff() {
	const players, turns = 4, 2000
	turn := raw.New(uint32(0))
	var wait sync.WaitGroup
	for player := uint32(0); player < players; player++ {
		wait.Add(1)
		go func(player uint32) {
			defer wait.Done()
			for {
				now := atomic.LoadUint32(turn)
				switch {
				case now >= turns:
					return
				case now%players == player:
					atomic.AddUint32(turn, 1)
					futex(turn, raw.FUTEX_WAKE|raw.FUTEX_PRIVATE, players)
				default:
					futex(turn, raw.FUTEX_WAIT|raw.FUTEX_PRIVATE, now)
				}
			}
		}(player)
	}
	wait.Wait()
}
