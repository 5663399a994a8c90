// Proof preempt: loops that never call anything are interrupted, so that others run and the world can
// stop: with one P and with more loops than CPUs.
package main

import (
	"runtime"
	"time"

	"proofs/prove"
)

// spin is a loop without calls: only a signal gets it off the CPU.
//
//go:noinline
func spin(seed uint64) {
	for {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		if seed == 0 { // never: the sequence has no zero
			return
		}
	}
}

func main() {
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		for i := 0; i < procs; i++ {
			go spin(uint64(procs*100 + i + 1))
		}
		turns := make(chan int)
		go func() {
			for i := 0; i < 3; i++ {
				turns <- i
				time.Sleep(time.Millisecond)
			}
			close(turns)
		}()
		n := 0
		for range turns {
			n++
		}
		runtime.GC() // stops the world: every loop must yield
		prove.Say("GOMAXPROCS %d: %d turns beside the loops", procs, n)
	}
	prove.Done()
}
