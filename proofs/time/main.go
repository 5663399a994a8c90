// Proof time: the monotonic clock never goes back, on any CPU; the wall clock is sane and runs with it; all
// clocks, sleeps and timers of the kernel keep their word.
//
//proof:env GODEBUG=asyncpreemptoff=1
//proof:not-in-user-mode QEMU 7.2 answers bad addresses with other errors than Linux
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"proofs/prove"
)

func main() {
	monotonic()
	clocks()
	sleeps()
	intervalTimers()
	posixTimers()
	prove.Done()
}

// monotonic proves what package time shows of the clocks.
func monotonic() {
	start := time.Now()

	// Readings handed from CPU to CPU never decrease.
	var lock sync.Mutex
	var last time.Duration
	var backwards, readings int64
	var wait sync.WaitGroup
	for i := 0; i < 2*runtime.NumCPU(); i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for n := 0; n < 5000; n++ {
				lock.Lock()
				now := time.Since(start)
				if now < last {
					atomic.AddInt64(&backwards, 1)
				}
				last = now
				lock.Unlock()
				readings++
			}
		}()
	}
	wait.Wait()
	prove.Equal("readings that went back", backwards, int64(0))

	// It advances, in steps finer than a millisecond.
	smallest := time.Hour
	for i := 0; i < 10000; i++ {
		a := time.Now()
		b := time.Now()
		if step := b.Sub(a); step > 0 && step < smallest {
			smallest = step
		}
	}
	prove.That(smallest < time.Millisecond, "the smallest step seen is %v", smallest)

	// Wall and monotonic time pass alike: Round(0) drops the monotonic part.
	// Who is stopped between reading the one and the other sees a drift that is none.
	prove.Eventually("wall and monotonic time pass alike for 50 ms", func() bool {
		before := time.Now()
		time.Sleep(50 * time.Millisecond)
		after := time.Now()
		drift := after.Round(0).Sub(before.Round(0)) - after.Sub(before)
		return drift > -20*time.Millisecond && drift < 20*time.Millisecond
	})
	prove.That(start.Year() >= 2024 && start.Year() < 2100, "the year is %d", start.Year())

	// Without zone files local time is UTC; dates compute the same everywhere.
	moment := time.Date(2024, 2, 29, 12, 30, 45, 123456789, time.UTC)
	prove.Say("%s", moment.AddDate(1, 0, 0).Format(time.RFC3339Nano))
	prove.Say("%s", time.Unix(1700000000, 5).UTC().Format(time.RFC1123))
}
