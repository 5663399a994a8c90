package main

import (
	"sync/atomic"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

const (
	sigInfo   = 4
	onStack   = 0x08000000
	restart   = 0x10000000
	noDefer   = 0x40000000
	resetHand = 0x80000000
)

// seen is what the handler in assembly leaves behind. It knows the layout.
var seen struct {
	count            uint64
	signal, code     int64
	stack            uint64 // where it ran
	maskInside       uint64 // what was blocked in it
	contextMask      uint64 // what the frame will bring back
	pid              int64
	altStack, altLen uint64 // what the frame says of the alternate stack
}

func handled() uint64 { return atomic.LoadUint64(&seen.count) }

// handlerAddress and its like give the code of the handlers and of their return.
func handlerAddress() uintptr
func restorerAddress() uintptr
func forgerAddress() uintptr

// install sets the handler in assembly for a signal and returns the action before.
func install(signal int, a action) action {
	a.Handler = uint64(handlerAddress())
	return replace(signal, a)
}

func replace(signal int, a action) action {
	a = withRestorer(a)
	old := raw.New(action{})
	prove.Ok("rt_sigaction", raw.Err(syscall.SYS_RT_SIGACTION, uintptr(signal), raw.P(raw.New(a)), raw.P(old), 8))
	return *old
}

func current(signal int) action {
	now := raw.New(action{})
	prove.Ok("rt_sigaction", raw.Err(syscall.SYS_RT_SIGACTION, uintptr(signal), 0, raw.P(now), 8))
	return *now
}

// handlers proves what rt_sigaction promises.
func handlers() {
	goAction := current(usr2)
	prove.That(goAction.Handler > 1 && goAction.Flags&(sigInfo|onStack|restart) == sigInfo|onStack|restart, "Go's action: %+v", goAction)

	before := install(usr2, action{Flags: sigInfo | onStack, Mask: bit(usr1)})
	prove.Equal("the action before", before, goAction)
	count := handled()
	send(usr2)
	prove.Equal("handled at once", handled(), count+1)
	prove.Equal("its number", seen.signal, int64(usr2))
	prove.Equal("its code", seen.code, int64(fromThread))
	prove.Equal("its sender", uintptr(seen.pid), self)
	prove.Equal("blocked inside: itself and its mask", seen.maskInside&bit(usr1, usr2), bit(usr1, usr2))
	prove.Equal("blocked outside", seen.contextMask&bit(usr1, usr2), uint64(0))
	prove.Equal("and afterwards", mask(block, 0), seen.contextMask)
	prove.That(current(usr2).Handler == uint64(handlerAddress()), "the action stays")

	// NODEFER leaves the signal itself open, RESETHAND is for once.
	install(usr2, action{Flags: sigInfo | onStack | noDefer})
	send(usr2)
	prove.Equal("blocked inside with SA_NODEFER", seen.maskInside&bit(usr2), uint64(0))
	install(usr2, action{Flags: sigInfo | onStack | resetHand})
	send(usr2)
	prove.Equal("handled thrice", handled(), count+3)
	prove.Equal("SA_RESETHAND leaves the default", current(usr2).Handler, uint64(0))

	// Ignored signals are gone, even those that wait.
	old := mask(block, bit(usr2))
	send(usr2)
	replace(usr2, action{Handler: 1})
	prove.Equal("a waiting signal that becomes ignored is dropped", pending()&bit(usr2), uint64(0))
	mask(setMask, old)
	send(usr2)
	prove.Equal("ignored", handled(), count+3)
	replace(usr2, goAction)

	for _, signal := range []uintptr{9, 19} {
		prove.Fails("catching KILL or STOP", raw.Err(syscall.SYS_RT_SIGACTION, signal, raw.P(raw.New(goAction)), 0, 8), syscall.EINVAL)
	}
	prove.Fails("signal 0", raw.Err(syscall.SYS_RT_SIGACTION, 0, 0, 0, 8), syscall.EINVAL)
	prove.Fails("signal 65", raw.Err(syscall.SYS_RT_SIGACTION, 65, 0, 0, 8), syscall.EINVAL)
	prove.Fails("a mask of 4 bytes", raw.Err(syscall.SYS_RT_SIGACTION, usr1, 0, 0, 4), syscall.EINVAL)
	prove.Fails("an action nowhere", raw.Err(syscall.SYS_RT_SIGACTION, usr1, 8, 0, 8), syscall.EFAULT)
	prove.Fails("tkill of thread -1", raw.Err(syscall.SYS_TKILL, raw.Minus(1), usr1), syscall.EINVAL)
	install(usr1, action{Flags: sigInfo | onStack})
	prove.Ok("tkill", raw.Err(syscall.SYS_TKILL, thread, usr1))
	prove.Equal("handled", handled(), count+4)

	// A signal to the process may be handled by any of its threads.
	prove.Ok("kill", raw.Err(syscall.SYS_KILL, self, usr1))
	prove.Eventually("a handler runs", func() bool { return handled() == count+5 })
	prove.Equal("its code", seen.code, int64(fromUser))
	prove.Equal("its sender", uintptr(seen.pid), self)
	prove.Ok("kill with signal 0 only asks", raw.Err(syscall.SYS_KILL, self, 0))
}
