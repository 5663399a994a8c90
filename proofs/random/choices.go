// What steps choose from: descriptors, addresses, lengths and offsets, most of them good ones.
package main

import (
	"fmt"
	"syscall"

	"proofs/raw"
)

// fd is a descriptor that may be open.
func (w *world) fd(d *dice) uintptr {
	switch {
	case d.one(40):
		return pick(d, raw.Minus(1), raw.Minus(100), limitFd, limitFd+1, 1<<31-1, 1<<31, raw.NoDescriptor)
	case d.one(12):
		return firstFd + uintptr(d.Intn(limitFd-firstFd))
	}
	open := make([]uintptr, 0, limitFd-firstFd)
	for fd := uintptr(firstFd); fd < limitFd; fd++ {
		if raw.Err(syscall.SYS_FCNTL, fd, syscall.F_GETFD) == nil {
			open = append(open, fd)
		}
	}
	if n := d.Intn(1 << 20); len(open) > 0 {
		return open[n%len(open)]
	}
	return firstFd
}

// where is an address for data: a good buffer, or somewhere in the arena. The name tells which.
//
// No file is written from a mapping of itself: what becomes of bytes that lie on both sides is the copying's affair.
func (w *world) where(d *dice, fd uintptr) (uintptr, string) {
	if d.one(4) {
		// nor is what is no user memory given to other descriptors: here it is noticed before the descriptor is looked at
		if at := w.place(d); w.plain(fd) && !w.files || !w.plain(fd) && at < 1<<47 {
			return at, name(at)
		}
	}
	if d.one(60) && w.plain(fd) {
		return pick(d, uintptr(0), 8, 1<<60, 1<<63, raw.Minus(4096), raw.Minus(1)), "nowhere"
	}
	return w.buffer, "buffer"
}

// place is an address in the arena.
func (w *world) place(d *dice) uintptr {
	at := arena + uintptr(d.Intn(arenaPages-14))*raw.Page
	switch {
	case d.one(12):
		at += uintptr(d.Intn(int(raw.Page)))
	case d.one(60):
		at = pick(d, uintptr(1<<60), 1<<63, raw.Minus(4096), raw.Minus(8192), 0xffff_8000_0000_0000)
	}
	return at
}

func name(at uintptr) string {
	if at < arena || at >= arena+arenaPages*raw.Page {
		return fmt.Sprintf("%#x", at)
	}
	return fmt.Sprintf("p%d+%d", (at-arena)/raw.Page, (at-arena)%raw.Page)
}

// extent is a length in memory. Huge ones are so huge that they wrap: nothing beyond the arena may be reached.
func (w *world) extent(d *dice) uintptr {
	switch {
	case d.one(20):
		return 0
	case d.one(40):
		return raw.Minus(int(raw.Page) * (1 + d.Intn(9)))
	case d.one(50):
		return raw.Minus(1 + d.Intn(4000))
	case d.one(5):
		return uintptr(1 + d.Intn(9*int(raw.Page)))
	}
	return uintptr(1+d.Intn(9)) * raw.Page
}

// amount is how many bytes to move.
func (w *world) amount(d *dice, fd uintptr) uintptr {
	switch {
	case d.one(15):
		return 0
	case d.one(60) && w.plain(fd):
		return pick(d, raw.Minus(1), 1<<63, raw.Minus(4096))
	case d.one(3):
		return uintptr(d.Intn(70_000))
	}
	return uintptr(1 + d.Intn(9000))
}

// offset is a place in a file.
func (w *world) offset(d *dice) int64 {
	switch {
	case d.one(20):
		return pick[int64](d, -1, -4096, 1<<62, 1<<63-1, 1<<63-4096, -1<<63)
	case d.one(8):
		return 1<<32 + int64(d.Intn(20_000))
	case d.one(3):
		return int64(d.Intn(12)) * 4096
	}
	return int64(d.Intn(40_000))
}
