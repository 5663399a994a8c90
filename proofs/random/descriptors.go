package main

import (
	"encoding/binary"
	"fmt"
	"sort"
	"syscall"

	"proofs/raw"
)

var descriptorKinds = []kind{
	{"descriptors", 5, closeOne}, {"descriptors", 1, closeRange}, {"descriptors", 4, duplicate}, {"descriptors", 5, control},
	{"descriptors", 2, request}, {"descriptors", 2, lock},
	{"pipes", 5, pipe}, {"pipes", 3, eventCounter}, {"pipes", 8, read}, {"pipes", 8, write}, {"pipes", 2, readVector},
	{"pipes", 2, writeVector}, {"pipes", 3, closeOne}, {"pipes", 2, duplicate}, {"pipes", 4, poll}, {"pipes", 2, sets}, {"pipes", 2, sendFile},
	{"epoll", 4, newEpoll}, {"epoll", 9, controlEpoll}, {"epoll", 8, waitEpoll}, {"epoll", 5, read}, {"epoll", 5, write},
	{"epoll", 3, pipe}, {"epoll", 3, eventCounter}, {"epoll", 2, duplicate}, {"epoll", 2, closeOne},
}

func closeOne(w *world, d *dice) {
	fd := w.fd(d)
	w.call(fmt.Sprintf("close(%d)", int(fd)), syscall.SYS_CLOSE, fd)
}

func closeRange(w *world, d *dice) {
	first, last, flags := firstFd+uintptr(d.Intn(14)), firstFd+uintptr(d.Intn(14)), pick(d, 0, 0, 4, 4, 1)
	w.call(fmt.Sprintf("close_range(%d, %d, %d)", first, last, flags), raw.SYS_CLOSE_RANGE, first, last, uintptr(flags))
}

func duplicate(w *world, d *dice) {
	fd, to := w.fd(d), w.fd(d)
	switch d.Intn(3) {
	case 0:
		w.call(fmt.Sprintf("dup(%d)", int(fd)), syscall.SYS_DUP, fd)
	case 1:
		flags := pick(d, 0, 0, syscall.O_CLOEXEC, 1)
		w.call(fmt.Sprintf("dup3(%d, %d, %#x)", int(fd), int(to), flags), syscall.SYS_DUP3, fd, to, uintptr(flags))
	case 2:
		command, least := pick(d, syscall.F_DUPFD, raw.F_DUPFD_CLOEXEC), pick(d, to, to, 0, 1<<31)
		w.call(fmt.Sprintf("fcntl(%d, %d, %d)", int(fd), command, int(least)), syscall.SYS_FCNTL, fd, uintptr(command), least)
	}
}

// control never makes a descriptor wait.
func control(w *world, d *dice) {
	fd := w.fd(d)
	command := pick(d, syscall.F_GETFD, syscall.F_GETFD, syscall.F_SETFD, syscall.F_GETFL, syscall.F_GETFL, syscall.F_SETFL, raw.F_GETPIPE_SZ, 77)
	argument := uintptr(0)
	if command == 77 && !w.plain(fd) {
		return
	}
	switch command {
	case syscall.F_SETFD:
		argument = uintptr(d.Intn(4))
	case syscall.F_SETFL:
		argument = uintptr(syscall.O_NONBLOCK | d.bits(3, syscall.O_APPEND, 1, syscall.O_CREAT, syscall.O_TRUNC))
	}
	n, err := raw.Call(syscall.SYS_FCNTL, fd, uintptr(command), argument)
	// O_LARGEFILE is another bit on each architecture.
	if command == syscall.F_GETFL && err == nil {
		n &^= 0x8000
	}
	w.say("fcntl(%d, %d, %#x) = %s", int(fd), command, argument, answer(n, err))
}

func request(w *world, d *dice) {
	fd, at := w.fd(d), w.alloc(64)
	number := pick(d, uintptr(0x541b), 0x541b, 0x5401, 0x5413, 0x5451, 0x5450, 0x9999)
	if !w.plain(fd) && number == 0x9999 || w.isEpoll(fd) {
		return
	}
	n, err := raw.Call(syscall.SYS_IOCTL, fd, number, at)
	label := fmt.Sprintf("ioctl(%d, %#x) = %s", int(fd), number, answer(n, err))
	if number == 0x541b && err == nil {
		label += fmt.Sprintf(" %d", int32(half(at, 0)))
	}
	w.say("%s", label)
}

func lock(w *world, d *dice) {
	fd, operation := w.fd(d), pick(d, 1, 2, 8, 0, 77, 3)
	if d.one(2) {
		w.call(fmt.Sprintf("flock(%d, %d)", int(fd), operation|4), syscall.SYS_FLOCK, fd, uintptr(operation|4))
		return
	}
	at := w.alloc(32)
	kind, whence, start, length := pick(d, 0, 1, 2, 3), pick(d, 0, 0, 1, 2, 3), w.offset(d), w.offset(d)
	putHalf(at, 0, uint32(kind)|uint32(whence)<<16)
	binary.LittleEndian.PutUint64(raw.At(at+8, 8), uint64(start))
	binary.LittleEndian.PutUint64(raw.At(at+16, 8), uint64(length))
	command := pick(d, syscall.F_GETLK, syscall.F_SETLK)
	_, err := w.call(fmt.Sprintf("fcntl(%d, %d, {%d %d %d %d})", int(fd), command, kind, whence, start, length), syscall.SYS_FCNTL, fd, uintptr(command), at)
	if command == syscall.F_GETLK && err == nil {
		w.say("  type %d", half(at, 0)&0xffff)
	}
}

func pipe(w *world, d *dice) {
	at, flags := w.alloc(8), syscall.O_NONBLOCK|d.bits(3, syscall.O_CLOEXEC)
	if d.one(25) {
		flags |= 1
	}
	if d.one(40) {
		at = 8
	}
	if _, err := w.call(fmt.Sprintf("pipe2(%#x)", flags), syscall.SYS_PIPE2, at, uintptr(flags)); err == nil {
		w.say("  %d and %d", half(at, 0), half(at, 1))
	}
}

func eventCounter(w *world, d *dice) {
	initial, flags := pick(d, uint32(0), 1, 5, 1<<32-1), syscall.O_NONBLOCK|d.bits(3, syscall.O_CLOEXEC, 1)
	if d.one(30) {
		flags |= 2
	}
	fd, err := w.call(fmt.Sprintf("eventfd2(%d, %#x)", initial, flags), syscall.SYS_EVENTFD2, uintptr(initial), uintptr(flags))
	for i := d.Intn(5); i > 0 && err == nil; i-- {
		if d.one(2) {
			value := pick(d, uint64(0), 1, 7, 1<<64-2, 1<<64-1, 1<<40)
			w.call(fmt.Sprintf("  add %d", value), syscall.SYS_WRITE, fd, w.words(value), pick(d, uintptr(8), 8, 8, 4))
			continue
		}
		at := w.alloc(16)
		if _, err := w.call("  take", syscall.SYS_READ, fd, at, pick(d, uintptr(8), 8, 8, 4, 16)); err == nil {
			w.say("  %d", word(at, 0))
		}
	}
}

// --- waiting without waiting --------------------------------------------------------------------

func poll(w *world, d *dice) {
	count := d.Intn(6)
	list := make([]uint64, count+1)
	for i := range list {
		events := uint64(d.bits(2, 1, 4, 0x2000, 2, 0x40, 0x100))
		list[i] = uint64(uint32(w.fd(d))) | events<<32 | 0x1234<<48
	}
	at := w.words(list...)
	if d.one(40) {
		count = 1 << 20
	}
	n, err := raw.Call(syscall.SYS_PPOLL, at, uintptr(count), w.words(0, pick(d, uint64(0), 0, 0, 0, 1_000_000_000)), 0, 8)
	label := fmt.Sprintf("ppoll of %d = %s:", count, answer(n, err))
	for i := 0; err == nil && i < count; i++ {
		label += fmt.Sprintf(" %d:%#x:%#x", int32(half(at, 2*i)), half(at, 2*i+1)&0xffff, half(at, 2*i+1)>>16)
	}
	w.say("%s", label)
}

func sets(w *world, d *dice) {
	set := func() uint64 {
		bits := uint64(0)
		for i := d.Intn(3); i > 0; i-- {
			bits |= 1 << (firstFd + d.Intn(8))
		}
		return bits
	}
	at, count := w.words(set(), 0, set(), 0, set(), 0), pick(d, 40, 40, 26, 0, -1, 64)
	n, err := raw.Call(syscall.SYS_PSELECT6, uintptr(count), at, at+16, at+32, w.words(0, 0), 0)
	w.say("pselect6(%d) = %s, %#x %#x %#x", count, answer(n, err), word(at, 0), word(at, 2), word(at, 4))
}

func newEpoll(w *world, d *dice) {
	flags := pick(d, 0, syscall.O_CLOEXEC, syscall.O_CLOEXEC, 1)
	w.call(fmt.Sprintf("epoll_create1(%#x)", flags), syscall.SYS_EPOLL_CREATE1, uintptr(flags))
}

// controlEpoll never puts an epoll instance into another one, which the table says is not kept.
func controlEpoll(w *world, d *dice) {
	epoll, fd, operation := w.epoll(d), w.fd(d), pick(d, 1, 1, 1, 2, 3, 3)
	if w.isEpoll(fd) && fd != epoll {
		return
	}
	if d.one(30) && w.isEpoll(epoll) && w.kindOf(fd) == "anon_inode:[eventfd]" {
		operation = 4
	}
	events := uint32(d.bits(2, 1, 4) | d.bits(4, raw.EPOLLRDHUP, raw.EPOLLET, raw.ONESHOT, 2))
	at := w.alloc(16)
	putHalf(at, 0, events)
	putHalf(at, raw.EventData/4, uint32(fd))
	w.call(fmt.Sprintf("epoll_ctl(%d, %d, %d, %#x)", int(epoll), operation, int(fd), events), syscall.SYS_EPOLL_CTL, epoll, uintptr(operation), fd, at)
}

func (w *world) isEpoll(fd uintptr) bool {
	return w.kindOf(fd) == "anon_inode:[eventpoll]"
}

func (w *world) kindOf(fd uintptr) string {
	at := w.alloc(64)
	n, err := raw.Call(syscall.SYS_READLINKAT, raw.AtCwd, w.text(fmt.Sprintf("/proc/self/fd/%d", int(fd))), at, 64)
	if err != nil {
		return ""
	}
	return string(raw.At(at, int(n)))
}

// epoll is the first epoll instance, most of the time.
func (w *world) epoll(d *dice) uintptr {
	chosen := w.fd(d)
	for fd := uintptr(firstFd); fd < limitFd && chosen != limitFd-1; fd++ {
		if w.isEpoll(fd) {
			return fd
		}
	}
	return chosen
}

func waitEpoll(w *world, d *dice) {
	epoll, most := w.epoll(d), 32
	if d.one(20) && w.isEpoll(epoll) {
		most = pick(d, 0, -1)
	}
	at := w.alloc(32 * raw.EventSize)
	n, err := raw.Call(syscall.SYS_EPOLL_PWAIT, epoll, at, uintptr(most), 0, 0, 8)
	var list []string
	for i := uintptr(0); err == nil && i < n; i++ {
		event := at + i*raw.EventSize
		list = append(list, fmt.Sprintf("%d:%#x", half(event+raw.EventData, 0), half(event, 0)))
	}
	sort.Strings(list)
	w.say("epoll_pwait(%d, %d) = %s %v", int(epoll), most, answer(n, err), list)
}
