package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"proofs/prove"
)

// state is what a program could leave behind, shift by shift.
type state struct {
	descriptors, threads, goroutines int
	resident, mapped                 int // KiB
	free                             int // KiB of the machine
}

const (
	// moreThreads is how many Go may have kept since: it never ends a thread that it may need.
	moreThreads = 12
	// moreMemory is KiB for the stacks of those, and for holes that garbage left in the heap.
	moreMemory = 4 << 10
)

// now is what there is when all is quiet.
func now() (s state) {
	runtime.GC() // finalizers close what nobody closed
	prove.Eventually("the work is over", func() bool { return runtime.NumGoroutine() <= quiet })
	// A thread that ends is gone a little later.
	time.Sleep(20 * time.Millisecond)
	debug.FreeOSMemory()
	s.goroutines = runtime.NumGoroutine()
	s.descriptors = entries("/proc/self/fd")
	s.threads = entries("/proc/self/task")
	var total, resident int
	prove.Ok("reading statm", scan("/proc/self/statm", "%d %d", &total, &resident))
	s.mapped, s.resident = total*os.Getpagesize()>>10, resident*os.Getpagesize()>>10
	prove.Ok("reading meminfo", scan("/proc/meminfo", "MemTotal: %d kB\nMemFree: %d kB", &total, &s.free))
	return s
}

// quiet is how many goroutines there are between shifts: main, and the one that waits for signals.
const quiet = 2

func (s state) String() string {
	return fmt.Sprintf("%d descriptors, %d threads, %d goroutines, %d KiB resident, %d KiB mapped, %d KiB free",
		s.descriptors, s.threads, s.goroutines, s.resident, s.mapped, s.free)
}

// isLike says what is more than it was. What is free is the whole machine's, and not this program's affair.
func (s state) isLike(first state) {
	prove.Equal("descriptors", s.descriptors, first.descriptors)
	prove.Equal("goroutines", s.goroutines, first.goroutines)
	prove.That(s.threads <= first.threads+moreThreads, "threads: %d, and %d at first", s.threads, first.threads)
	prove.That(s.resident <= first.resident+moreMemory, "memory: %d KiB, and %d at first", s.resident, first.resident)
}

func entries(directory string) int {
	list, err := os.ReadDir(directory)
	prove.Ok("reading "+directory, err)
	return len(list)
}

func scan(file, format string, values ...any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// Columns are of any width.
	_, err = fmt.Sscanf(strings.Join(strings.FieldsFunc(string(text), func(r rune) bool { return r == ' ' }), " "), format, values...)
	return err
}
