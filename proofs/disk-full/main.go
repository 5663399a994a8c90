// Proof disk-full: who fills the disk is told ENOSPC, has memory left to go on with, and can write again when something
// is removed. What no page is left for in a mapping is a fault.
//
//proof:memory 96M
//proof:disk 16M
package main

import (
	"errors"
	"os"
	"runtime/debug"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// Larger than any disk that may be filled here.
const tooLarge = 256 << 20

func main() {
	directory := prove.Scratch()
	var s syscall.Statfs_t
	prove.Must("asking for room", syscall.Statfs(".", &s))
	if room := uint64(s.Bavail) * uint64(s.Bsize); room < tooLarge {
		full(room)
	}
	prove.Leave(directory)
}

// full writes until it is told to stop, and looks at what can still be done.
func full(room uint64) {
	prove.Write("small", "one page")
	hole, err := os.Create("hole")
	prove.Must("making a file", err)
	prove.Ok("a hole takes no room", hole.Truncate(4*int64(raw.Page)))
	mapped, err := syscall.Mmap(int(hole.Fd()), 0, 4*int(raw.Page), raw.RW, syscall.MAP_SHARED)
	prove.Must("mapping it", err)
	mapped[0] = 1

	large, err := os.Create("large")
	prove.Must("making another", err)
	block := make([]byte, 1<<20)
	written := uint64(0)
	for err == nil && written < tooLarge {
		var n int
		n, err = large.Write(block)
		written += uint64(n)
	}
	prove.That(errors.Is(err, syscall.ENOSPC), "the disk is full: %v after %d of %d bytes", err, written, room)
	prove.That(written > room/2, "most of what was free can be written: %d of %d", written, room)
	_, err = large.Write(block[:1])
	for err == nil { // the last page has room for some
		_, err = large.Write(block[:1])
	}
	prove.That(errors.Is(err, syscall.ENOSPC), "a byte more: %v", err)
	prove.Fails("room that is asked for beforehand", syscall.Fallocate(int(large.Fd()), 0, int64(written), 1<<20), syscall.ENOSPC)
	prove.That(faults(mapped[raw.Page:]), "a page of the hole that nobody had written is a fault now")
	prove.Equal("one that was there", mapped[0], byte(1))

	// What is there can be read and written, and memory is left.
	prove.Holds("small", "one page")
	small, err := os.OpenFile("small", os.O_WRONLY, 0)
	prove.Must("opening the small file", err)
	_, err = small.WriteString("a page of one")
	prove.Ok("writing where there is a page", err)
	prove.Ok("closing it", small.Close())
	prove.Holds("small", "a page of one")
	kept := make([]byte, 1<<20)
	for i := range kept {
		kept[i] = byte(i)
	}
	prove.Equal("a byte of new memory", kept[1<<19+7], byte(7))

	prove.Ok("closing the large file", large.Close())
	prove.Ok("removing it", os.Remove("large"))
	mapped[raw.Page] = 2
	data, err := os.ReadFile("hole")
	prove.That(err == nil && data[raw.Page] == 2, "then there is room for the page: %v", err)
	prove.Ok("and for another large file", os.WriteFile("large", block, 0o600))
	prove.Ok("ending the mapping", syscall.Munmap(mapped))
	prove.Ok("closing the hole", hole.Close())
}

// faults tells whether writing there panics.
func faults(memory []byte) (fault bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { fault = recover() != nil }()
	memory[0] = 1
	return false
}
