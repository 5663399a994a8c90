package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

var signalKinds = []kind{
	{"signals", 7, changeMask}, {"signals", 8, sendSignal}, {"signals", 4, pendingSignals}, {"signals", 6, takeSignal},
	{"signals", 6, changeAction}, {"signals", 2, askAction}, {"signals", 3, nest}, {"signals", 1, alternateStack},
	{"signals", 2, suspend}, {"signals", 1, sendProcess},
}

// journal is what handlers in assembly write down; they know the layout.
var journal struct {
	count, nested, process, thread uint64
	entries                        [256]struct{ signal, code, mask uint64 }
}

func handlerAddress() uintptr
func restorerAddress() uintptr

// Signals that Go leaves alone unless asked; those from 34 on queue.
var signals = []int{10, 12, 36, 40, 50, 64}

const (
	// timerSignal tells of a timer to one who takes it, threadSignal is for those who are interrupted.
	timerSignal, threadSignal = 45, 46
	sigInfo, onStack          = 4, 0x0800_0000
	restart, noDefer, once    = 0x1000_0000, 0x4000_0000, 0x8000_0000
)

func bit(signals ...int) (set uint64) {
	for _, s := range signals {
		set |= 1 << (s - 1)
	}
	return set
}

var chosen = bit(signals...)

// mask changes the thread's mask and returns the old one.
func mask(how uintptr, set uint64) uint64 {
	old := new(uint64)
	prove.Ok("rt_sigprocmask", raw.Err(syscall.SYS_RT_SIGPROCMASK, how, raw.P(&set), raw.P(old), 8))
	return *old
}

func (w *world) act(signal int, flags, set uint64) {
	a := newAction(uint64(handlerAddress()), flags|sigInfo|onStack, set)
	prove.Ok("rt_sigaction", raw.Err(syscall.SYS_RT_SIGACTION, uintptr(signal), w.action(a), 0, 8))
}

func (w *world) action(a action) uintptr {
	at := w.alloc(64)
	*(*action)(pointer(at)) = a
	return at
}

// handleSignals makes the program begin with every handler in place, and blocks for this thread what timers send.
func (w *world) handleSignals() uint64 {
	journal.process, journal.thread = uint64(syscall.Getpid()), uint64(raw.Gettid())
	for _, signal := range append(signals, threadSignal) {
		w.act(signal, 0, 0)
	}
	before := mask(0, bit(timerSignal))
	return before | bit(timerSignal)
}

// endSignals tells what came, and brings everything back to the beginning.
func (w *world) endSignals() {
	w.printJournal()
	for _, signal := range append(signals, threadSignal) {
		w.act(signal, 0, 0)
	}
	mask(2, w.mask)
	// What waited has come now, in an order of its own.
	w.printJournal()
	w.takeAll()
	w.say("mask %#x", mask(0, 0)&chosen)
}

// takeAll drops what timers sent.
func (w *world) takeAll() {
	for raw.Err(syscall.SYS_RT_SIGTIMEDWAIT, w.words(bit(timerSignal)), 0, w.words(0, 0), 8) == nil {
	}
}

// printJournal tells which handlers ran since it was last printed, and what was blocked when they came.
func (w *world) printJournal() {
	count := atomic.LoadUint64(&journal.count)
	var list []string
	for i := uint64(0); i < count; i++ {
		e := journal.entries[i%256]
		if e.signal&1024 != 0 {
			list = append(list, fmt.Sprintf("/%d", e.signal&^1024))
		} else {
			list = append(list, fmt.Sprintf("%d:%d:%#x", e.signal, int64(e.code), e.mask&chosen))
		}
	}
	atomic.StoreUint64(&journal.count, 0)
	if len(list) > 0 {
		w.say("handled %s", strings.Join(list, " "))
	}
}

func someSignals(d *dice) (set uint64) {
	for _, s := range signals {
		if d.one(3) {
			set |= bit(s)
		}
	}
	return set
}

func changeMask(w *world, d *dice) {
	how, set := pick(d, 0, 0, 1, 1, 2), someSignals(d)
	if d.one(30) {
		w.call("rt_sigprocmask(7)", syscall.SYS_RT_SIGPROCMASK, 7, w.words(set), 0, 8)
		return
	}
	argument := set
	if how == 2 {
		argument |= w.mask
	}
	old := mask(uintptr(how), argument)
	w.say("rt_sigprocmask(%d, %#x), before %#x", how, set, old&chosen)
	w.printJournal()
}

func sendSignal(w *world, d *dice) {
	signal := pick(d, signals...)
	if d.one(20) {
		signal = pick(d, 0, 65, -1, 1000)
	}
	process, thread := uintptr(journal.process), w.thread
	label := "tgkill"
	switch d.Intn(30) {
	case 0:
		process, label = process+1, "tgkill of a stranger's"
	case 1:
		thread, label = raw.Minus(1), "tgkill of thread -1"
	case 2:
		process, label = 0, "tgkill of process 0"
	case 3, 4:
		w.call(fmt.Sprintf("tkill(%d)", signal), syscall.SYS_TKILL, thread, uintptr(signal))
		w.printJournal()
		return
	}
	for i := pick(d, 1, 1, 1, 2, 3); i > 0; i-- {
		w.call(fmt.Sprintf("%s(%d)", label, signal), syscall.SYS_TGKILL, process, thread, uintptr(signal))
	}
	w.printJournal()
}

// sendProcess sends to the process what some thread does not block, and waits for its handler.
func sendProcess(w *world, d *dice) {
	if d.one(3) {
		signal := pick(d, 0, 65, -1)
		w.call(fmt.Sprintf("kill(%d)", signal), syscall.SYS_KILL, uintptr(journal.process), uintptr(signal))
		return
	}
	w.act(threadSignal, restart, 0)
	w.call("kill", syscall.SYS_KILL, uintptr(journal.process), threadSignal)
	for atomic.LoadUint64(&journal.count) < 2 {
		time.Sleep(50 * time.Microsecond)
	}
	journal.count = 0
	w.say("kill: handled")
}

func pendingSignals(w *world, d *dice) {
	set := w.alloc(8)
	size := pick(d, 8, 8, 8, 8, 8, 16, 4)
	n, err := raw.Call(syscall.SYS_RT_SIGPENDING, set, uintptr(size))
	w.say("rt_sigpending(%d) = %s %#x", size, answer(n, err), word(set, 0)&chosen)
}

// takeSignal takes only what is blocked: what is not has come already.
func takeSignal(w *world, d *dice) {
	set, info := someSignals(d), w.alloc(128)
	limit := w.words(0, pick(d, uint64(0), 0, 0, 1000, 1_000_000_000, 1<<63))
	n, err := raw.Call(syscall.SYS_RT_SIGTIMEDWAIT, w.words(set), info, limit, 8)
	w.say("rt_sigtimedwait(%#x, %d) = %s: %d %d %d", set, int64(word(limit, 1)), answer(n, err), half(info, 0), half(info, 1), int32(half(info, 2)))
	w.printJournal()
}

func changeAction(w *world, d *dice) {
	signal, flags, set := pick(d, signals...), uint64(d.bits(4, restart, noDefer, once)), someSignals(d)
	a := newAction(uint64(handlerAddress()), flags|sigInfo|onStack, set)
	label := fmt.Sprintf("rt_sigaction(%d, %#x, %#x)", signal, flags, set)
	if d.one(8) {
		a = newAction(1, 0, 0)
		label = fmt.Sprintf("rt_sigaction(%d, SIG_IGN)", signal)
	}
	if d.one(15) {
		signal = pick(d, 0, 9, 19, 65, -1)
		label += fmt.Sprintf(" of %d", signal)
	}
	w.call(label, syscall.SYS_RT_SIGACTION, uintptr(signal), w.action(a), 0, 8)
	// A handler that serves once leaves what ends the process: it must not be needed again.
	if flags&once != 0 && label[len(label)-1] == ')' && a.Handler != 1 {
		raw.Call(syscall.SYS_TGKILL, uintptr(journal.process), w.thread, uintptr(signal))
		blocked := mask(0, 0)&bit(signal) != 0
		askOne(w, signal)
		if blocked {
			w.say("  blocked")
		}
		w.act(signal, 0, 0)
		w.printJournal()
	}
}

func askOne(w *world, signal int) {
	at := w.alloc(64)
	n, err := raw.Call(syscall.SYS_RT_SIGACTION, uintptr(signal), 0, at, 8)
	a := *(*action)(pointer(at))
	handler := a.Handler
	if handler > 1 {
		handler = 2
	}
	const kept = restart | noDefer | once | sigInfo | onStack
	w.say("rt_sigaction(%d) = %s, %d %#x %#x", signal, answer(n, err), handler, a.Flags&kept, a.Mask&chosen)
}

func askAction(w *world, d *dice) { askOne(w, pick(d, signals...)) }

// nest sends a signal from within a handler.
func nest(w *world, d *dice) {
	outer, inner := pick(d, signals...), pick(d, signals...)
	w.act(outer, uint64(d.bits(3, noDefer)), someSignals(d))
	journal.nested = uint64(inner)
	w.call(fmt.Sprintf("tgkill(%d) and within %d", outer, inner), syscall.SYS_TGKILL, uintptr(journal.process), w.thread, uintptr(outer))
	journal.nested = 0
	w.printJournal()
}

func alternateStack(w *world, d *dice) {
	old := w.alloc(32)
	prove.Ok("sigaltstack", raw.Err(syscall.SYS_SIGALTSTACK, 0, old))
	size, flags := pick(d, uint64(65536), 65536, 100, 2047), pick(d, uint64(0), 0, 0, 3, 1<<31)
	if _, err := w.call(fmt.Sprintf("sigaltstack(%d, %#x)", size, flags), syscall.SYS_SIGALTSTACK, w.words(uint64(w.buffer), flags, size), 0); err == nil {
		raw.Call(syscall.SYS_TGKILL, uintptr(journal.process), w.thread, uintptr(pick(d, signals...)))
		now := w.alloc(32)
		raw.Call(syscall.SYS_SIGALTSTACK, 0, now)
		w.say("  %d bytes, flags %#x", word(now, 2), uint32(word(now, 1)))
		prove.Ok("sigaltstack", raw.Err(syscall.SYS_SIGALTSTACK, old, 0))
		w.printJournal()
		w.refill()
	}
}

// suspend waits for one that is there already.
func suspend(w *world, d *dice) {
	signal := pick(d, signals...)
	at := w.alloc(64)
	raw.Call(syscall.SYS_RT_SIGACTION, uintptr(signal), 0, at, 8)
	if (*action)(pointer(at)).Handler < 2 {
		return
	}
	old := mask(0, bit(signal))
	raw.Call(syscall.SYS_TGKILL, uintptr(journal.process), w.thread, uintptr(signal))
	w.call(fmt.Sprintf("rt_sigsuspend(all but %d)", signal), syscall.SYS_RT_SIGSUSPEND, w.words((old|chosen)&^bit(signal)), 8)
	w.printJournal()
	mask(2, old)
	w.printJournal()
}
