// Integers is a loop without calls of the kernel: arithmetic, branches that depend on data, a table. Its argument is the
// number of rounds; it prints what the rounds came to, the same everywhere.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const tableSize = 1 << 16

func main() {
	rounds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	table := make([]uint32, tableSize)
	state, sum := uint64(88172645463325252), uint64(0)
	for i := 0; i < rounds; i++ {
		// Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003).
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		slot := &table[state%tableSize]
		if state&0x300 == 0 {
			sum += state / uint64(*slot|1)
		} else if *slot > uint32(state) {
			sum ^= uint64(*slot) * 0x9e3779b1
		}
		*slot += uint32(state>>32) + uint32(i)
	}
	fmt.Printf("%016x\n", sum)
}
