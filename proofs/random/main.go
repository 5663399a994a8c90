// Proof random: programs that nobody wrote. A seed chooses a program: some sixty steps that map and unmap memory, work on
// files, pipes, descriptors, signals, timers, futexes and threads, rightly and wrongly. What every step answers is the
// same on Linux, so the digest of all answers is. Arguments are programs: `7` is the one of seed 7, `7+20` twenty of
// them, `7:3,9` steps 3 and 9 alone of it; `-show` prints the steps as they are made, `-after=7` those
// of program 7 when it is over, which changes nothing until then. When a digest differs, `npm run random -- --seed N` finds the steps that it takes.
//
//proof:run 1+15
//proof:env GODEBUG=asyncpreemptoff=1
//proof:not-in-user-mode QEMU 7.2 keeps signals, timers and page protection for itself
package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"strconv"
	"strings"

	"proofs/prove"
)

func main() {
	runtime.LockOSThread()
	w := newWorld()
	for _, argument := range os.Args[1:] {
		if argument == "-show" {
			w.show = true
			continue
		}
		if strings.HasPrefix(argument, "-after=") {
			w.after = strings.TrimLeft(strings.TrimPrefix(argument, "-after="), "0")
			continue
		}
		p, err := parse(argument)
		prove.Must("reading "+argument, err)
		for i := uint64(0); i < p.count; i++ {
			steps := run(w, p.seed+i, p.only)
			if w.after == strconv.FormatUint(p.seed+i, 10) {
				fmt.Print(w.said.String())
			}
			digest := fnv.New64a()
			digest.Write([]byte(w.said.String()))
			prove.Say("program %d: %d steps, %016x", p.seed+i, steps, digest.Sum64())
		}
	}
	w.leave()
	prove.Done()
}

// programs is what an argument asks for; no `only`, all steps.
type programs struct {
	seed, count uint64
	only        map[int]bool
}

func parse(argument string) (p programs, err error) {
	p.count = 1
	seed, steps, chosen := strings.Cut(argument, ":")
	if chosen {
		p.only = map[int]bool{}
		for _, word := range strings.Split(steps, ",") {
			step, err := strconv.Atoi(word)
			if err != nil {
				return p, fmt.Errorf("%q is not a step", word)
			}
			p.only[step] = true
		}
	} else if first, count, many := strings.Cut(seed, "+"); many {
		seed = first
		if p.count, err = strconv.ParseUint(count, 10, 32); err != nil {
			return p, err
		}
	}
	p.seed, err = strconv.ParseUint(seed, 10, 64)
	return p, err
}
