// Proof vdso: the kernel gives a vDSO that Go can read, so that time.Now needs no trap: its symbols are there
// with the version that Go looks for, its clock is the kernel's, and what Go leaves to C libraries answers, too.
//
//proof:not-in-user-mode QEMU 7.2 gives riscv64 programs no vDSO
package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"time"

	"proofs/prove"
	"proofs/raw"
)

const vdsoHeader = 33 // AT_SYSINFO_EHDR

func main() {
	auxiliary, err := os.ReadFile("/proc/self/auxv")
	prove.Must("reading /proc/self/auxv", err)
	prove.That(len(auxiliary)%16 == 0, "auxv has %d bytes", len(auxiliary))
	values := map[uint64]uint64{}
	for ; len(auxiliary) >= 16; auxiliary = auxiliary[16:] {
		values[binary.LittleEndian.Uint64(auxiliary)] = binary.LittleEndian.Uint64(auxiliary[8:])
	}
	const pageSize, random = 6, 25
	prove.Equal("AT_PAGESZ", values[pageSize], uint64(4096))
	prove.That(values[random] != 0, "AT_RANDOM is there")
	base := uintptr(values[vdsoHeader])
	if base == 0 {
		prove.Fail("there is no vDSO")
		prove.Done()
	}

	// The image in memory is a whole ELF file for a debugger's library, too.
	image := raw.At(base, 4096)
	file, err := elf.NewFile(bytes.NewReader(append([]byte(nil), raw.At(base, size(image))...)))
	prove.Must("reading the vDSO", err)
	prove.Equal("its type", file.Type, elf.ET_DYN)
	symbols, err := file.DynamicSymbols()
	prove.Must("reading its symbols", err)
	found, at := map[string]string{}, map[string]uintptr{}
	for _, symbol := range symbols {
		found[symbol.Name] = symbol.Version
		at[symbol.Name] = base + uintptr(symbol.Value)
	}
	for _, name := range names {
		prove.That(found[name] == version || found[name] == "", "%s has version %q", name, found[name])
		_, there := found[name]
		prove.That(there, "%s is missing", name)
	}
	calls(at)

	// A million readings without a trap take far less than with one: shown by the clock being fine-grained
	// and monotonic under load rather than by timing, which no test may do.
	last := time.Now()
	for i := 0; i < 200000; i++ {
		now := time.Now()
		if now.Before(last) {
			prove.Fail("the clock went back by %v", last.Sub(now))
			break
		}
		last = now
	}
	prove.Done()
}

// size is where the section headers end, the last thing in the file.
func size(header []byte) int {
	start := binary.LittleEndian.Uint64(header[40:])
	if start == 0 {
		return len(header)
	}
	return int(start) + int(binary.LittleEndian.Uint16(header[58:]))*int(binary.LittleEndian.Uint16(header[60:]))
}
