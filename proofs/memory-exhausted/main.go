// Proof memory-exhausted: a program that takes and touches ever more memory ends with a failing status
// and a sentence with "out of memory"; memory is zero until then. On Linux the limit is RLIMIT_AS.
//
//proof:run exit=any
//proof:memory 128M
//proof:limit 1800000
//proof:compare contains out of memory
//proof:not-in-user-mode the limit of address space counts what the emulator takes for itself
package main

import (
	"fmt"
	"os"
)

var held [][]byte

func main() {
	for {
		block := make([]byte, 16<<20)
		for i := 0; i < len(block); i += 4096 {
			if block[i] != 0 {
				fmt.Println("FAIL: memory is not zero")
				os.Exit(0)
			}
			block[i] = 1
		}
		held = append(held, block)
	}
}
