// Proof processor: what the kernel says of the processor is what a program can use, and extensions that
// the kernel has to keep state for keep it: across switches, calls and signals, whose handlers use them too.
//
//proof:not-in-user-mode QEMU 7.2 answers no riscv_hwprobe there, and has no V in AT_HWCAP
package main

import (
	"encoding/binary"
	"os"

	"proofs/prove"
)

const (
	hardwareCapabilities = 16 // AT_HWCAP
	leastSignalStack     = 51 // AT_MINSIGSTKSZ
)

var auxiliary = map[uint64]uint64{}

func main() {
	vector, err := os.ReadFile("/proc/self/auxv")
	prove.Must("reading /proc/self/auxv", err)
	for ; len(vector) >= 16; vector = vector[16:] {
		auxiliary[binary.LittleEndian.Uint64(vector)] = binary.LittleEndian.Uint64(vector[8:])
	}
	features()
	prove.Done()
}
