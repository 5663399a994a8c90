// Proof pprof: a CPU profile has samples, and they fall on the function that burnt the time.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"proofs/prove"
)

var sink uint64

// used is the time that this program has had a CPU: what a profile counts, however busy the machine is.
func used() time.Duration {
	var r syscall.Rusage
	prove.Must("getrusage", syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano())
}

//go:noinline
func burn(d time.Duration) {
	for end := used() + d; used() < end; {
		for i := uint64(0); i < 200000; i++ {
			sink = sink*6364136223846793005 + i
		}
	}
}

// fields calls f for every field of a protocol-buffer message: number, integer value, bytes.
func fields(message []byte, f func(number int, value uint64, content []byte)) {
	for len(message) > 0 {
		key, n := binary.Uvarint(message)
		message = message[n:]
		value, n := binary.Uvarint(message)
		message = message[n:]
		var content []byte
		if key&7 == 2 {
			content, message = message[:value], message[value:]
		}
		f(int(key>>3), value, content)
	}
}

// first is the first number of a packed or single repeated field.
func first(value uint64, content []byte) uint64 {
	if content != nil {
		value, _ = binary.Uvarint(content)
	}
	return value
}

// samples counts the samples of a profile by the function they fall on (profile.proto of pprof).
func samples(profile []byte) map[string]int {
	var names []string
	leaves := []uint64{}
	functionOf, nameOf := map[uint64]uint64{}, map[uint64]uint64{}
	fields(profile, func(number int, _ uint64, content []byte) {
		var id, inner, location uint64
		if number == 6 {
			names = append(names, string(content))
			return
		}
		fields(content, func(n int, value uint64, sub []byte) {
			switch {
			case number == 2 && n == 1 && location == 0:
				location = first(value, sub)
			case n == 1:
				id = value
			case number == 5 && n == 2:
				inner = value
			case number == 4 && n == 4: // the last line is the outermost; inlining is no matter here
				fields(sub, func(n int, value uint64, _ []byte) {
					if n == 1 {
						inner = value
					}
				})
			}
		})
		switch number {
		case 2:
			leaves = append(leaves, location)
		case 4:
			functionOf[id] = inner
		case 5:
			nameOf[id] = inner
		}
	})
	counts := map[string]int{}
	for _, location := range leaves {
		name := names[nameOf[functionOf[location]]]
		counts[name[strings.LastIndex(name, ".")+1:]]++
	}
	return counts
}

func main() {
	var buffer bytes.Buffer
	prove.Must("starting the profile", pprof.StartCPUProfile(&buffer))
	burn(600 * time.Millisecond)
	pprof.StopCPUProfile()

	reader, err := gzip.NewReader(&buffer)
	prove.Must("unpacking the profile", err)
	profile, err := io.ReadAll(reader)
	prove.Must("unpacking the profile", err)
	counts := samples(profile)
	prove.That(counts["burn"] > 0, "no sample in burn: %v", counts)

	// A second profile works after the first has ended.
	buffer.Reset()
	prove.Ok("starting a second profile", pprof.StartCPUProfile(&buffer))
	pprof.StopCPUProfile()
	prove.That(buffer.Len() > 0, "the second profile is empty")
	prove.Done()
}
