// Proof threads: locked goroutines have threads of their own, many of them, which come and go; raw clones,
// affinity, and what belongs to one thread alone.
package main

import (
	"runtime"
	"sync"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

func main() {
	// Forty threads at once, each with its own number.
	var wait, ready sync.WaitGroup
	var lock sync.Mutex
	seen := map[int]bool{}
	release := make(chan bool)
	for i := 0; i < 40; i++ {
		wait.Add(1)
		ready.Add(1)
		go func() {
			defer wait.Done()
			id := raw.Gettid()
			lock.Lock()
			prove.That(!seen[id], "thread %d is there twice", id)
			seen[id] = true
			lock.Unlock()
			ready.Done()
			<-release
			runtime.Gosched()
			prove.Equal("still on its thread", syscall.Gettid(), id)
		}() // it returns locked: the thread exits
	}
	ready.Wait()
	prove.Say("%d threads at once", len(seen))
	close(release)
	wait.Wait()

	// A thousand more, one after the other and in small crowds: none may stay behind.
	for round := 0; round < 50; round++ {
		for i := 0; i < 20; i++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				runtime.LockOSThread()
			}()
		}
		wait.Wait()
	}
	prove.Say("1000 more came and went")

	// Threads that are gone cannot be signalled.
	var gone int
	wait.Add(1)
	go func() {
		defer wait.Done()
		gone = raw.Gettid()
	}()
	wait.Wait()
	self := syscall.Getpid()
	prove.Eventually("the thread is gone", func() bool {
		return raw.Err(syscall.SYS_TGKILL, uintptr(self), uintptr(gone), 0) == syscall.ESRCH
	})
	prove.Ok("this one is there", raw.Err(syscall.SYS_TGKILL, uintptr(self), uintptr(syscall.Gettid()), 0))
	prove.Fails("another process", raw.Err(syscall.SYS_TGKILL, uintptr(self)+100000, uintptr(syscall.Gettid()), 0), syscall.ESRCH)
	prove.Fails("thread 0", raw.Err(syscall.SYS_TGKILL, uintptr(self), 0, 0), syscall.EINVAL)
	prove.Fails("a signal that is none", raw.Err(syscall.SYS_TGKILL, uintptr(self), uintptr(syscall.Gettid()), 65), syscall.EINVAL)

	// Threads blocked in the kernel do not keep others from running.
	// One after the other twenty would sleep for a second.
	prove.Eventually("twenty sleeps of 50 ms are side by side", func() bool {
		start := time.Now()
		for i := 0; i < 20; i++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				nap := syscall.NsecToTimespec(int64(50 * time.Millisecond))
				syscall.Nanosleep(&nap, nil)
			}()
		}
		wait.Wait()
		return time.Since(start) < 800*time.Millisecond
	})

	// Calls that only a thread library needs, and yields.
	word := raw.New(uint32(0))
	id, err := raw.Call(syscall.SYS_SET_TID_ADDRESS, raw.P(word))
	prove.That(err == nil && id > 0, "set_tid_address: %d, %v", id, err)
	for i := 0; i < 100; i++ {
		prove.Ok("sched_yield", raw.Err(syscall.SYS_SCHED_YIELD))
	}
	clones()
	placement()
	threadLocal()
	prove.Done()
}
