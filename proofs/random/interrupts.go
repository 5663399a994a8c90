package main

import (
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"proofs/raw"
)

// interruptOne has a thread wait for what does not come, and sends it signals: with SA_RESTART some calls go on, and the rest
// of them ends as without it.
func interruptOne(w *world, d *dice) {
	ends := w.alloc(8)
	if raw.Err(syscall.SYS_PIPE2, ends, syscall.O_CLOEXEC) != nil {
		return
	}
	in, out := uintptr(half(ends, 0)), uintptr(half(ends, 1))
	epoll, _ := raw.Call(syscall.SYS_EPOLL_CREATE1, 0)
	flags := pick(d, uint64(0), restart)
	w.act(threadSignal, flags, 0)
	hour := w.words(3600, 0)
	type waiting struct {
		what   string
		again  bool // goes on with SA_RESTART
		number uintptr
		args   []uintptr
	}
	buffer := w.alloc(128)
	calls := []waiting{
		{"read", true, syscall.SYS_READ, []uintptr{in, buffer, 1}},
		{"readv", true, syscall.SYS_READV, []uintptr{in, w.words(uint64(buffer), 1), 1}},
		{"nanosleep", false, syscall.SYS_NANOSLEEP, []uintptr{hour, buffer}},
		{"clock_nanosleep until", false, raw.SYS_CLOCK_NANOSLEEP, []uintptr{1, 1, w.words(1<<40, 0), 0}},
		{"futex with a limit", false, syscall.SYS_FUTEX, []uintptr{w.words(0), raw.FUTEX_WAIT | raw.FUTEX_PRIVATE, 0, hour}},
		{"futex", true, syscall.SYS_FUTEX, []uintptr{w.words(0), raw.FUTEX_WAIT | raw.FUTEX_PRIVATE, 0, 0}},
		{"ppoll", false, syscall.SYS_PPOLL, []uintptr{w.words(uint64(in) | 1<<32), 1, hour, 0, 8}},
		{"pselect6", false, syscall.SYS_PSELECT6, []uintptr{0, 0, 0, 0, hour, 0}},
		{"epoll_pwait", false, syscall.SYS_EPOLL_PWAIT, []uintptr{epoll, buffer, 1, raw.Minus(1), 0, 8}},
		{"rt_sigtimedwait", false, syscall.SYS_RT_SIGTIMEDWAIT, []uintptr{w.words(bit(60)), buffer, hour, 8}},
		{"rt_sigsuspend", false, syscall.SYS_RT_SIGSUSPEND, []uintptr{w.words(0), 8}},
	}
	call := pick(d, calls...)
	var tid, finished uint64
	var ended sync.WaitGroup
	ended.Add(1)
	go func() {
		defer ended.Done()
		for atomic.LoadUint64(&tid) == 0 {
			time.Sleep(10 * time.Microsecond)
		}
		for n := uint64(0); atomic.LoadUint64(&finished) == 0; {
			if n++; n > 3 && call.again && flags == restart {
				// It goes on, and gets what it waits for. The byte stays; a wake that comes before it waits, or while its
				// handler runs, wakes nobody.
				if n == 4 {
					raw.Err(syscall.SYS_WRITE, out, w.buffer, 1)
				}
				futex(call.args[0], raw.FUTEX_WAKE|raw.FUTEX_PRIVATE, 1)
			} else {
				raw.Err(syscall.SYS_TGKILL, uintptr(journal.process), uintptr(tid), threadSignal)
			}
			time.Sleep(200 * time.Microsecond)
		}
	}()
	all(1, func(int) {
		atomic.StoreUint64(&tid, uint64(syscall.Gettid()))
		n, err := raw.Call(call.number, call.args...)
		atomic.StoreUint64(&finished, 1)
		ended.Wait()
		w.say("%s interrupted, flags %#x: %s", call.what, flags, answer(n, err))
	})
	if call.what == "nanosleep" {
		w.say("  an hour left: %t", word(buffer, 0) >= 3400)
	}
	for _, fd := range []uintptr{in, out, epoll} {
		raw.Err(syscall.SYS_CLOSE, fd)
	}
	atomic.StoreUint64(&journal.count, 0)
}
