package main

import (
	"fmt"
	"strings"
	"syscall"

	"proofs/raw"
)

var fileKinds = []kind{
	{"files", 8, open}, {"files", 6, read}, {"files", 6, write}, {"files", 4, readAt}, {"files", 4, writeAt},
	{"files", 3, readVector}, {"files", 3, writeVector}, {"files", 5, seek}, {"files", 4, truncate},
	{"files", 3, allocate}, {"files", 4, stat}, {"files", 2, copyRange}, {"files", 2, sendFile},
	{"files", 2, syncFile}, {"files", 1, holes},
}

func open(w *world, d *dice) {
	at, path := w.fileName(d)
	path = inLimit(path)
	flags := d.Intn(3) | d.bits(2, syscall.O_CREAT) | d.bits(6, syscall.O_EXCL, syscall.O_TRUNC, syscall.O_APPEND, syscall.O_NONBLOCK)
	flags |= d.bits(12, syscall.O_DIRECTORY, syscall.O_NOFOLLOW, syscall.O_CLOEXEC, raw.O_PATH, 3)
	mode := pick(d, 0o644, 0o600, 0o755, 0o666)
	w.call(fmt.Sprintf("openat(%d, %q, %#x, %#o)", int(at), brief(path), flags, mode), syscall.SYS_OPENAT, at, w.text(path), uintptr(flags), uintptr(mode))
}

// ready asks first: the programs have one thread, and none must wait.
func (w *world) ready(fd uintptr, events uint32) bool {
	poll := w.words(uint64(uint32(fd)) | uint64(events)<<32)
	n, _ := raw.Call(syscall.SYS_PPOLL, poll, 1, w.words(0, 0), 0, 8)
	return n != 0
}

// queued is how many bytes wait in a pipe.
func (w *world) queued(fd uintptr) (n uint32, isPipe bool) {
	status := w.alloc(256)
	if raw.Err(syscall.SYS_FSTAT, fd, status) != nil {
		return 0, false
	}
	s := (*syscall.Stat_t)(pointer(status))
	if s.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		return 0, false
	}
	count := w.alloc(8)
	raw.Err(syscall.SYS_IOCTL, fd, 0x541b, count)
	return half(count, 0), true
}

// portion is how much may be written: a pipe of Linux has sixteen pages, each filled by one write or by some small ones,
// and is full sooner than by its bytes. So one that is not empty gets little.
func (w *world) portion(fd, wanted uintptr) uintptr {
	if n, isPipe := w.queued(fd); isPipe && n > 0 {
		if n > 8000 {
			return 0
		}
		return wanted % 100
	}
	return wanted
}

func (w *world) told(label string, n uintptr, err error, at uintptr, name string) {
	label += " = " + answer(n, err)
	if err == nil && name == "buffer" {
		label += " " + digest(raw.At(at, int(n)))
	}
	w.say("%s", label)
}

func read(w *world, d *dice) {
	fd := w.fd(d)
	n := w.amount(d, fd)
	at, name := w.where(d, fd)
	if !w.ready(fd, 1) {
		return
	}
	if n > bufferSize && n < 1<<62 {
		n = bufferSize
	}
	label := fmt.Sprintf("read(%d, %s, %d)", int(fd), name, int(n))
	got, err := raw.Call(syscall.SYS_READ, fd, at, n)
	w.told(label, got, err, at, name)
}

func write(w *world, d *dice) {
	fd := w.fd(d)
	n := w.amount(d, fd)
	at, name := w.where(d, fd)
	n = w.portion(fd, n)
	if n > 8 && w.kindOf(fd) == "anon_inode:[eventfd]" {
		n = 8 // more was allowed once
	}
	if n > bufferSize && n < 1<<62 || !w.ready(fd, 4) {
		return
	}
	w.call(fmt.Sprintf("write(%d, %s, %d)", int(fd), name, int(n)), syscall.SYS_WRITE, fd, at, n)
}

func readAt(w *world, d *dice) {
	fd := w.fd(d)
	n, offset := w.amount(d, fd), w.offset(d)
	at, name := w.where(d, fd)
	label := fmt.Sprintf("pread64(%d, %s, %d, %d)", int(fd), name, int(n), offset)
	got, err := raw.Call(syscall.SYS_PREAD64, fd, at, n, uintptr(offset))
	w.told(label, got, err, at, name)
}

func writeAt(w *world, d *dice) {
	fd := w.fd(d)
	n, offset := w.amount(d, fd), w.offset(d)
	at, name := w.where(d, fd)
	w.call(fmt.Sprintf("pwrite64(%d, %s, %d, %d)", int(fd), name, int(n), offset), syscall.SYS_PWRITE64, fd, at, n, uintptr(offset))
}

// plain is a file that can be read and written. Where two things are wrong, which one is told is nobody's promise; so where
// the order differs, only such a file is asked for more.
func (w *world) plain(fd uintptr) bool {
	flags, err := raw.Call(syscall.SYS_FCNTL, fd, syscall.F_GETFL)
	status := w.alloc(256)
	return err == nil && flags&(3|raw.O_PATH) == syscall.O_RDWR && raw.Err(syscall.SYS_FSTAT, fd, status) == nil &&
		(*syscall.Stat_t)(pointer(status)).Mode&syscall.S_IFMT == syscall.S_IFREG
}

func seek(w *world, d *dice) {
	fd, offset, whence := w.fd(d), w.offset(d), pick(d, 0, 0, 1, 2, 3, 4, 5, -1)
	if w.allocated && (whence == 3 || whence == 4) {
		whence = 0 // what fallocate made is data here
	}
	if d.one(3) {
		offset = -int64(d.Intn(9000))
	}
	w.call(fmt.Sprintf("lseek(%d, %d, %d)", int(fd), offset, whence), syscall.SYS_LSEEK, fd, uintptr(offset), uintptr(whence))
}

// size is a file's: now and then wrong, never so large that a page for each page of it would be too much.
func (w *world) size(d *dice) int64 {
	if d.one(12) {
		return pick[int64](d, -1, -1<<63, 1<<63-1, 1<<40)
	}
	return int64(d.Intn(30_000))
}

func truncate(w *world, d *dice) {
	fd, size := w.fd(d), w.size(d)
	if d.one(3) {
		_, path := w.fileName(d)
		w.call(fmt.Sprintf("truncate(%q, %d)", brief(path), size), syscall.SYS_TRUNCATE, w.text(path), uintptr(size))
		return
	}
	w.call(fmt.Sprintf("ftruncate(%d, %d)", int(fd), size), syscall.SYS_FTRUNCATE, fd, uintptr(size))
}

func allocate(w *world, d *dice) {
	fd, mode, offset, length := w.fd(d), pick(d, 0, 1), int64(d.Intn(30_000)), int64(1+d.Intn(30_000))
	switch {
	case d.one(10):
		offset = pick[int64](d, -1, 1<<63-1)
	case d.one(10):
		length = pick[int64](d, -1, 0, 1<<63-1)
	case d.one(10) && w.plain(fd):
		mode = pick(d, 0x1000, -1)
	}
	w.allocated = true
	w.call(fmt.Sprintf("fallocate(%d, %d, %d, %d)", int(fd), mode, offset, length), syscall.SYS_FALLOCATE, fd, uintptr(mode), uintptr(offset), uintptr(length))
}

func syncFile(w *world, d *dice) {
	fd := w.fd(d)
	w.call(fmt.Sprintf("fsync(%d)", int(fd)), pick[uintptr](d, syscall.SYS_FSYNC, syscall.SYS_FDATASYNC), fd)
}

// holes lists where the data of a file is.
func holes(w *world, d *dice) {
	fd, at := w.fd(d), uintptr(0)
	if w.allocated || !w.plain(fd) {
		return
	}
	before, err := raw.Call(syscall.SYS_LSEEK, fd, 0, 1)
	if err != nil {
		return
	}
	var list []string
	for i := 0; i < 20; i++ {
		next, err := raw.Call(syscall.SYS_LSEEK, fd, at, uintptr(3+i%2))
		list = append(list, answer(next, err))
		if err != nil {
			break
		}
		at = next
	}
	raw.Call(syscall.SYS_LSEEK, fd, before, 0)
	w.say("data and holes of %d: %s", fd, strings.Join(list, " "))
}
