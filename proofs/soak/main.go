// Proof soak: a program that works and rests, over and over, for as long as its argument says, ends with the memory, the
// threads, the descriptors and the goroutines that it began with. Every shift has garbage, files, pipes, timers, signals,
// mappings, and threads that end. `-show` prints what there is as time goes by; an hour of it on the machine that comes
// along, where rest costs nothing, is `node proofs/soak/main.ts --time 1h`.
//
//proof:run 200ms
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"proofs/prove"
)

const (
	// rests is how many there are in a long run, where work is short beside them.
	rests = 2000
	// looks is how often it says what there is. At the first, Go has what it keeps.
	looks = 5
)

func main() {
	show, arguments := false, os.Args[1:]
	if arguments[0] == "-show" {
		show, arguments = true, arguments[1:]
	}
	duration, err := time.ParseDuration(arguments[0])
	prove.Must("reading how long", err)
	prove.Scratch()

	begin, shifts := time.Now(), 0
	var first, last state
	for look := 1; look <= looks; look++ {
		for end := begin.Add(duration / looks * time.Duration(look)); shifts == 0 || time.Now().Before(end); {
			shift(shifts)
			shifts++
			time.Sleep(duration / rests * time.Duration(shifts%3))
		}
		last = now()
		if look == 1 {
			first = last
		}
		if show {
			fmt.Printf("after %v, %d shifts: %v\n", time.Since(begin).Round(time.Second), shifts, last)
		}
	}
	last.isLike(first)
	prove.Done()
}

// shift does all kinds of work at once, and waits for the last of it.
func shift(number int) {
	var working sync.WaitGroup
	for _, work := range []func(int){garbage, garbage, files, pipe, timers, signals, mapping, thread, thread} {
		work := work
		working.Add(1)
		go func() {
			defer working.Done()
			work(number)
		}()
	}
	working.Wait()
	if number%16 == 0 {
		runtime.GC()
	}
}
