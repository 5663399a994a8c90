// Proof timers: sleeps last at least as long as asked, timers never fire early, stop and reset work.
package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"proofs/prove"
)

func main() {
	// Never early. How late is the machine's affair, within reason.
	for _, d := range []time.Duration{time.Microsecond, time.Millisecond, 3 * time.Millisecond, 20 * time.Millisecond} {
		start := time.Now()
		time.Sleep(d)
		slept := time.Since(start)
		prove.That(slept >= d, "a sleep of %v lasted %v", d, slept)
		prove.That(slept < d+time.Minute, "a sleep of %v lasted %v", d, slept)
	}

	// A hundred timers set in a shuffled order all fire, none before its time.
	var fires, early int32
	var wait sync.WaitGroup
	for i := 0; i < 100; i++ {
		d := time.Duration(i*37%100) * 4 * time.Millisecond
		wait.Add(1)
		set := time.Now()
		time.AfterFunc(d, func() {
			defer wait.Done()
			atomic.AddInt32(&fires, 1)
			if time.Since(set) < d {
				atomic.AddInt32(&early, 1)
			}
		})
	}
	wait.Wait()
	prove.Equal("timers fired", fires, int32(100))
	prove.Equal("timers before their time", early, int32(0))

	// Stop before the time, reset to an earlier one.
	var fired int32
	stopped := time.AfterFunc(time.Hour, func() { atomic.AddInt32(&fired, 1) })
	prove.That(stopped.Stop(), "a waiting timer can be stopped")
	prove.That(!stopped.Stop(), "a stopped timer cannot be stopped again")
	sooner := time.NewTimer(time.Hour)
	prove.That(sooner.Reset(5*time.Millisecond), "a waiting timer can be reset")
	prove.Within("the timer that was reset", func() { <-sooner.C })

	ticker := time.NewTicker(2 * time.Millisecond)
	start := time.Now()
	for i := 0; i < 10; i++ {
		<-ticker.C
	}
	ticker.Stop()
	prove.That(time.Since(start) >= 18*time.Millisecond, "ten ticks of 2 ms took %v", time.Since(start))

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	prove.That(errors.Is(ctx.Err(), context.DeadlineExceeded), "the context ended by %v", ctx.Err())
	prove.Equal("a stopped timer fired", atomic.LoadInt32(&fired), int32(0))
	prove.Done()
}
