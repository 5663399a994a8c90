// Proof start: the program starts with the arguments it was given, three open descriptors, as many
// CPUs as the affinity mask has bits, and initializers that have run in order.
//
//proof:run
//proof:run one "two words" "" "quote\"backslash\\" ünïcode -- --flag=1
package main

import (
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

var first = second + 1
var second = initialized()

func initialized() int { return 41 }

func init() { first++ }

func main() {
	for i, argument := range os.Args[1:] {
		fmt.Printf("argument %d: %q\n", i+1, argument)
	}
	prove.Equal("initializers", first, 43)
	prove.Equal("page size", os.Getpagesize(), 4096)
	prove.Equal("operating system", runtime.GOOS, "linux")

	// Invariant: what sched_getaffinity says is what Go takes for the number of CPUs.
	mask, at := raw.Bytes(1024)
	size, err := raw.Call(syscall.SYS_SCHED_GETAFFINITY, 0, 1024, at)
	prove.Ok("sched_getaffinity", err)
	prove.That(size > 0 && size%8 == 0, "the mask has %d bytes", size)
	cpus := 0
	for _, b := range mask[:size] {
		cpus += bits.OnesCount8(b)
	}
	prove.Equal("CPUs", runtime.NumCPU(), cpus)
	prove.Fails("a mask of 4 bytes", raw.Err(syscall.SYS_SCHED_GETAFFINITY, 0, 4, at), syscall.EINVAL)

	for fd := 0; fd < 3; fd++ {
		_, err := raw.Call(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD)
		prove.Ok(fmt.Sprintf("descriptor %d is open", fd), err)
	}
	fmt.Fprintln(os.Stderr, "standard error speaks")
	prove.Done()
}
