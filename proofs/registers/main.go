// Proof registers: a signal that interrupts a computation leaves every register as it was: general,
// floating-point and vector, flags included, on whatever CPU. golang/go#35777 is what happens otherwise.
package main

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// state is what spin puts into the registers, and what it found there afterwards. The assembly knows the
// layout: 32 general registers, 32 of 32 bytes for vectors, then flags and how to go.
type state struct {
	general [32]uint64
	vector  [32][4]uint64
	flags   uint64 // carry after the loop
	wide    uint64 // 1: all 256 bits of the vectors are used
}

// spin loads all registers from in, loops, and stores them to out.
func spin(in, out *state, loops uint64)

// widest tells whether vector registers of 256 bits can be used here.
func widest() uint64

func main() {
	var in state
	for i := range in.general {
		in.general[i] = 0x9e3779b97f4a7c15 * uint64(i+1)
	}
	for i := range in.vector {
		for j := range in.vector[i] {
			in.vector[i][j] = 0xbf58476d1ce4e5b9*uint64(i+1) ^ uint64(j)<<56
		}
	}
	in.wide = widest()

	// One goroutine computes on its own thread, the others send it signals as fast as they can.
	thread := make(chan int)
	var stop, sent int32
	for i := 0; i < 2; i++ {
		go func() {
			self, target := uintptr(syscall.Getpid()), uintptr(0)
			for target == 0 {
				target = uintptr(<-thread)
			}
			for atomic.LoadInt32(&stop) == 0 {
				raw.Call(syscall.SYS_TGKILL, self, target, raw.SIGURG)
				if atomic.AddInt32(&sent, 1)%64 == 0 {
					time.Sleep(50 * time.Microsecond)
				}
			}
		}()
	}
	id := raw.Gettid()
	thread <- id
	thread <- id

	rounds := 0
	for end := time.Now().Add(400 * time.Millisecond); time.Now().Before(end) || atomic.LoadInt32(&sent) < 200; rounds++ {
		var out state
		spin(&in, &out, 100000)
		out.wide = in.wide
		for i := range out.general {
			if used(i) && out.general[i] != in.general[i] {
				prove.Fail("general register %d: %#x became %#x", i, in.general[i], out.general[i])
			}
		}
		for i := range out.vector {
			words := vectorWords(in.wide)
			for j := 0; i < vectors && j < words; j++ {
				if out.vector[i][j] != in.vector[i][j] {
					prove.Fail("vector register %d, word %d: %#x became %#x", i, j, in.vector[i][j], out.vector[i][j])
				}
			}
		}
		prove.Equal("the carry flag", out.flags, uint64(1))
		if rounds > 100000 {
			break
		}
	}
	atomic.StoreInt32(&stop, 1)
	prove.That(atomic.LoadInt32(&sent) >= 200, "only %d signals were sent", sent)
	runtime.UnlockOSThread()
	prove.Done()
}
