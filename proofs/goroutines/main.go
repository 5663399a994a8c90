// Proof goroutines: a thousand of them meet through channels, locks, conditions and select.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"

	"proofs/prove"
)

const many = 1000

// pipeline passes numbers through a thousand goroutines in a row.
func pipeline() int {
	head := make(chan int)
	in := head
	for i := 0; i < many; i++ {
		out := make(chan int)
		go func(from <-chan int, to chan<- int) {
			for n := range from {
				to <- n + 1
			}
			close(to)
		}(in, out)
		in = out
	}
	go func() {
		for n := 0; n < 20; n++ {
			head <- n
		}
		close(head)
	}()
	sum := 0
	for n := range in {
		sum += n
	}
	return sum
}

// contend lets a thousand goroutines fight for one lock.
func contend() int {
	var lock sync.Mutex
	var wait sync.WaitGroup
	counter := 0
	for i := 0; i < many; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for j := 0; j < 100; j++ {
				lock.Lock()
				counter++
				lock.Unlock()
			}
		}()
	}
	wait.Wait()
	return counter
}

// barrier releases a thousand waiters at once.
func barrier() int32 {
	var lock sync.Mutex
	condition := sync.NewCond(&lock)
	var ready, done sync.WaitGroup
	var released int32
	open := false
	for i := 0; i < many; i++ {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			lock.Lock()
			ready.Done()
			for !open {
				condition.Wait()
			}
			lock.Unlock()
			atomic.AddInt32(&released, 1)
		}()
	}
	ready.Wait()
	lock.Lock()
	open = true
	condition.Broadcast()
	lock.Unlock()
	done.Wait()
	return released
}

// choose receives from two senders by select until both are through.
func choose() (int, int) {
	a, b := make(chan int), make(chan int)
	for _, channel := range []chan int{a, b} {
		go func(to chan int) {
			defer close(to)
			for i := 0; i < many; i++ {
				to <- 1
				if i%16 == 0 {
					runtime.Gosched()
				}
			}
		}(channel)
	}
	fromA, fromB := 0, 0
	for a != nil || b != nil {
		select {
		case n, ok := <-a:
			fromA += n
			if !ok {
				a = nil
			}
		case n, ok := <-b:
			fromB += n
			if !ok {
				b = nil
			}
		}
	}
	return fromA, fromB
}

func main() {
	prove.Say("pipeline %d", pipeline())
	prove.Say("lock %d", contend())
	prove.Say("condition %d", barrier())
	a, b := choose()
	prove.Say("select %d %d", a, b)
	prove.Eventually("all goroutines gone", func() bool { return runtime.NumGoroutine() == 1 })
	prove.Done()
}
