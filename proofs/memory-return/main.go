// Proof memory-return: memory that Go gives back is really taken and comes back as zeroes; again and
// again in a machine that could not hold it all at once.
//
//proof:memory 256M
package main

import (
	"runtime"
	"runtime/debug"
	"sync"

	"proofs/prove"
)

const block = 48 << 20

// use takes a block, checks that it is zero, dirties it.
func use(round int) {
	data := make([]byte, block)
	for i := 0; i < len(data); i += 512 {
		if data[i] != 0 {
			prove.Fail("round %d: byte %d is %d", round, i, data[i])
			return
		}
		data[i] = byte(round + 1)
	}
	runtime.KeepAlive(data)
}

func main() {
	// Together 1.4 GiB, one after the other.
	for round := 0; round < 30; round++ {
		use(round)
		debug.FreeOSMemory()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	prove.That(stats.HeapReleased > 32<<20, "only %d bytes were released", stats.HeapReleased)

	// Small objects on many goroutines, with the scavenger at work beside them.
	var wait sync.WaitGroup
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				debug.FreeOSMemory()
			}
		}
	}()
	for i := 0; i < 4; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for round := 0; round < 200; round++ {
				pieces := make([][]uint64, 50)
				for i := range pieces {
					pieces[i] = make([]uint64, 700)
					for j := range pieces[i] {
						if pieces[i][j] != 0 {
							prove.Fail("a new slice is not zero")
							return
						}
						pieces[i][j] = ^uint64(0)
					}
				}
			}
		}()
	}
	wait.Wait()
	stop <- true
	prove.Done()
}
