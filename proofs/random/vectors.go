package main

import (
	"fmt"
	"syscall"

	"proofs/raw"
)

// vector is some buffers, one after the other, or some of them nowhere.
func (w *world) vector(d *dice, total uintptr, wrong bool) (at uintptr, count int, label string) {
	var list []uint64
	next := w.buffer
	for count = d.Intn(5); len(list) < 2*count; {
		size := uintptr(d.Intn(3000))
		if size > total {
			size = total
		}
		total -= size
		start := next
		next += size
		if wrong && d.one(12) {
			if at := w.place(d); !w.files {
				start = at
			}
		}
		if wrong && d.one(60) {
			size = raw.Minus(1 + d.Intn(2))
		}
		list = append(list, uint64(start), uint64(size))
		if start >= w.buffer && start <= next {
			label += fmt.Sprintf(" buffer:%d", int(size))
		} else {
			label += fmt.Sprintf(" %s:%d", name(start), int(size))
		}
	}
	if wrong && d.one(30) {
		count = pick(d, -1, 1025, 0)
	}
	return w.words(append(list, 0)...), count, fmt.Sprintf("[%s] %d", label, count)
}

func readVector(w *world, d *dice) {
	fd, offset := w.fd(d), w.offset(d)
	at, count, label := w.vector(d, 20_000, w.plain(fd) && offset >= 0)
	fill(raw.At(w.buffer, 20_000), 0)
	if d.one(2) {
		n, err := raw.Call(syscall.SYS_PREADV, fd, at, uintptr(count), uintptr(offset), 0)
		w.told(fmt.Sprintf("preadv(%d, %s, %d)", int(fd), label, offset), n, err, w.buffer, "buffer")
	} else if w.ready(fd, 1) {
		n, err := raw.Call(syscall.SYS_READV, fd, at, uintptr(count))
		w.told(fmt.Sprintf("readv(%d, %s)", int(fd), label), n, err, w.buffer, "buffer")
	}
	w.refill()
}

func writeVector(w *world, d *dice) {
	fd, offset := w.fd(d), w.offset(d)
	if w.kindOf(fd) == "anon_inode:[eventfd]" {
		return
	}
	total := w.portion(fd, 20_000)
	at, count, label := w.vector(d, total, w.plain(fd) && offset >= 0)
	if d.one(2) {
		w.call(fmt.Sprintf("pwritev(%d, %s, %d)", int(fd), label, offset), syscall.SYS_PWRITEV, fd, at, uintptr(count), uintptr(offset), 0)
	} else if w.ready(fd, 4) {
		w.call(fmt.Sprintf("writev(%d, %s)", int(fd), label), syscall.SYS_WRITEV, fd, at, uintptr(count))
	}
}

func copyRange(w *world, d *dice) {
	in, out, n := w.fd(d), w.fd(d), uintptr(d.Intn(12_000))
	label, from, to := fmt.Sprintf("copy_file_range(%d, %d, %d", int(in), int(out), n), uintptr(0), uintptr(0)
	if d.one(2) {
		from = w.words(uint64(w.offset(d)))
		label += fmt.Sprintf(", from %d", int64(word(from, 0)))
	}
	if d.one(2) {
		to = w.words(uint64(w.offset(d)))
		label += fmt.Sprintf(", to %d", int64(word(to, 0)))
	}
	flags := 0
	if d.one(8) && w.plain(in) && w.plain(out) {
		flags = 1
	}
	_, err := w.call(fmt.Sprintf("%s, %d)", label, flags), raw.SYS_COPY_FILE_RANGE, in, from, out, to, n, uintptr(flags))
	for _, at := range []uintptr{from, to} {
		if at != 0 && err == nil {
			w.say("  then at %d", int64(word(at, 0)))
		}
	}
}

func sendFile(w *world, d *dice) {
	out, in, n := w.fd(d), w.fd(d), uintptr(d.Intn(12_000))
	if m, isPipe := w.queued(out); isPipe && m > 0 {
		return
	}
	if !w.ready(out, 4) || !w.ready(in, 1) {
		return
	}
	label, from := fmt.Sprintf("sendfile(%d, %d, %d", int(out), int(in), n), uintptr(0)
	if d.one(2) && w.plain(in) && w.plain(out) {
		from = w.words(uint64(w.offset(d)))
		label += fmt.Sprintf(", from %d", int64(word(from, 0)))
	}
	if _, err := w.call(label+")", syscall.SYS_SENDFILE, out, in, from, n); from != 0 && err == nil {
		w.say("  then at %d", int64(word(from, 0)))
	}
}
