// Proof gc-stress: the garbage collector finds what is alive, zeroes what it gives out and runs
// finalizers, while goroutines allocate as fast as they can.
//
//proof:memory 512M
package main

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"proofs/prove"
)

type node struct {
	left, right *node
	value       int
	pad         [3]uint64
}

// grow makes a tree and checks that fresh memory is zero before it is used.
func grow(depth, value int) *node {
	n := new(node)
	if n.left != nil || n.value != 0 || n.pad != [3]uint64{} {
		prove.Fail("fresh memory is not zero")
	}
	n.value = value
	n.pad = [3]uint64{^uint64(0), ^uint64(0), ^uint64(0)}
	if depth > 0 {
		n.left, n.right = grow(depth-1, 2*value), grow(depth-1, 2*value+1)
	}
	return n
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.value + n.left.sum() + n.right.sum()
}

func main() {
	debug.SetGCPercent(20)
	kept := grow(12, 1)
	want := kept.sum()

	// Short-lived trees, slices and maps from many goroutines.
	var wait sync.WaitGroup
	for worker := 0; worker < 8; worker++ {
		wait.Add(1)
		go func(worker int) {
			defer wait.Done()
			counts := map[int][]byte{}
			for round := 0; round < 60; round++ {
				tree := grow(8, 1)
				if got := tree.sum(); got != 130816 {
					prove.Fail("worker %d round %d: a tree sums to %d", worker, round, got)
				}
				buffer := make([]byte, 1000*(round%40+1))
				for i := range buffer {
					if buffer[i] != 0 {
						prove.Fail("worker %d round %d: byte %d of a new slice is %d", worker, round, i, buffer[i])
						break
					}
					buffer[i] = byte(round)
				}
				counts[round%16] = buffer
			}
			for _, buffer := range counts {
				for _, b := range buffer {
					if b != buffer[0] {
						prove.Fail("worker %d: a kept slice changed", worker)
						return
					}
				}
			}
		}(worker)
	}
	wait.Wait()
	prove.Equal("the tree that was kept", kept.sum(), want)

	// Finalizers run for what nobody holds.
	var finalized int32
	for i := 0; i < 100; i++ {
		runtime.SetFinalizer(&node{value: i}, func(*node) { atomic.AddInt32(&finalized, 1) })
	}
	prove.Eventually("most finalizers", func() bool {
		runtime.GC()
		return atomic.LoadInt32(&finalized) >= 90
	})
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	prove.That(stats.NumGC >= 5, "only %d collections", stats.NumGC)
	runtime.KeepAlive(kept)
	prove.Done()
}
