// Proof stack-growth: stacks grow by copying, pointers into them stay right, on many goroutines.
package main

import "proofs/prove"

// descend keeps a frame of 256 bytes per step and a pointer to the caller's.
func descend(n int, above *[32]uint64) uint64 {
	var frame [32]uint64
	for i := range frame {
		frame[i] = uint64(n*32 + i)
	}
	if n == 0 {
		return frame[0]
	}
	sum := descend(n-1, &frame)
	for i := range frame {
		if frame[i] != uint64(n*32+i) {
			prove.Fail("frame %d changed", n)
		}
	}
	if above != nil && above[0] != uint64((n+1)*32) {
		prove.Fail("the pointer from frame %d to its caller's is wrong", n)
	}
	return sum + frame[31]
}

func main() {
	prove.Say("100000 deep: %d", descend(100000, nil))
	results := make(chan uint64)
	for i := 0; i < 50; i++ {
		go func() { results <- descend(2000, nil) }()
	}
	for i := 0; i < 50; i++ {
		prove.Equal("2000 deep", <-results, uint64(64094000))
	}
	prove.Done()
}
