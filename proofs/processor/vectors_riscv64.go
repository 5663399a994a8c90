package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// registerBytes reads vlenb.
func registerBytes() uint64

// spinVectors loads all vector registers from in, sets vl, vtype, vxrm and vxsat, loops, and stores to out; it
// returns vl, vtype and vcsr as they are after the loop.
func spinVectors(in, out *byte, loops uint64) (vl, vtype, vcsr uint64)

// vectorHandler is the handler of a signal: it writes over all that spinVectors uses.
func vectorHandler() uintptr

const (
	threads            = 3
	usr2               = 12
	siginfo, altstack  = 4, 0x08000000
	elements, settings = 5, 0x49 // of vsetivli e16, m2, ta, mu in the assembly
	roundUp, saturated = 2 << 1, 1
)

type action struct{ Handler, Flags, Mask uint64 }

// vectorState proves that threads which share harts, and are interrupted by handlers that use the registers
// as well, each find their own.
func vectorState() {
	mine := action{Handler: uint64(vectorHandler()), Flags: siginfo | altstack}
	prove.Must("rt_sigaction", raw.Err(syscall.SYS_RT_SIGACTION, usr2, raw.P(raw.New(mine)), 0, 8))

	var done sync.WaitGroup
	var stop, sent int32
	ids := make(chan int, threads)
	for i := 0; i < threads; i++ {
		done.Add(1)
		go func(seed byte) {
			defer done.Done()
			ids <- raw.Gettid()
			defer runtime.UnlockOSThread()
			for rounds := 0; atomic.LoadInt32(&stop) == 0 || rounds == 0; rounds++ {
				spinOnce(seed)
			}
		}(byte(i))
	}
	targets := [threads]int{}
	for i := range targets {
		targets[i] = <-ids
	}
	self := uintptr(syscall.Getpid())
	for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end) || sent < 100; sent++ {
		raw.Call(syscall.SYS_TGKILL, self, uintptr(targets[int(sent)%threads]), usr2)
		time.Sleep(50 * time.Microsecond)
	}
	atomic.StoreInt32(&stop, 1)
	done.Wait()
}

func spinOnce(seed byte) {
	in, out := make([]byte, 32*registerBytes()), make([]byte, 32*registerBytes())
	for i := range in {
		in[i] = byte(i*7+i>>8) ^ seed<<5
	}
	vl, vtype, vcsr := spinVectors(&in[0], &out[0], 200000)
	prove.Equal("vl", vl, uint64(elements))
	prove.Equal("vtype", vtype, uint64(settings))
	prove.Equal("vcsr", vcsr, uint64(roundUp|saturated))
	for i := range in {
		if out[i] != in[i] {
			prove.Fail("vector register %d: byte %d", i/int(registerBytes()), i)
			return
		}
	}
}

// vectorTraps tells whether the first instruction of V ends in a panic, as Go makes it of SIGILL.
func vectorTraps() bool {
	// Go turns SIGILL into the end of the program, so it is caught in a handler that steps over it.
	skipped := raw.New(action{Handler: uint64(skipHandler()), Flags: siginfo | altstack})
	before := raw.New(action{})
	prove.Must("rt_sigaction", raw.Err(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGILL), raw.P(skipped), raw.P(before), 8))
	registerBytes()
	prove.Ok("rt_sigaction", raw.Err(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGILL), raw.P(before), 0, 8))
	return atomic.LoadUint64(&skips) == 1
}

// skipHandler goes on behind the instruction of four bytes that was illegal, and counts in skips.
func skipHandler() uintptr

var skips uint64
