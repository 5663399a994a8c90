// Proof signals-raw: masks, pending sets, waiting for signals, alternate stacks and the flags of
// rt_sigaction, with a handler of its own beside Go's. A frame that no kernel has made is SIGSEGV.
//
//proof:run
//proof:run exit=139 forged
//proof:compare first-lines 1
//proof:env GODEBUG=asyncpreemptoff=1
//proof:not-in-user-mode QEMU 7.2 ends it by SIGUSR1
package main

import (
	"fmt"
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// Signals that Go leaves alone unless asked; real-time ones above 34 queue.
const (
	usr1, usr2 = 10, 12
	segv       = 11
	realTime   = 50
	block      = 0
	unblock    = 1
	setMask    = 2
)

func bit(signals ...int) (set uint64) {
	for _, s := range signals {
		set |= 1 << (s - 1)
	}
	return set
}

// mask changes the thread's mask and returns the old one.
func mask(how uintptr, set uint64) uint64 {
	old := raw.New(uint64(0))
	prove.Ok("rt_sigprocmask", raw.Err(syscall.SYS_RT_SIGPROCMASK, how, raw.P(raw.New(set)), raw.P(old), 8))
	return *old
}

func pending() uint64 {
	set := raw.New(uint64(0))
	prove.Ok("rt_sigpending", raw.Err(syscall.SYS_RT_SIGPENDING, raw.P(set), 8))
	return *set
}

var self, thread uintptr

// send gives this thread a signal.
func send(signal int) {
	prove.Ok("tgkill", raw.Err(syscall.SYS_TGKILL, self, thread, uintptr(signal)))
}

func main() {
	self, thread = uintptr(syscall.Getpid()), uintptr(raw.Gettid())
	if len(os.Args) > 1 {
		forged()
	}
	masks()
	waits()
	handlers()
	stacks()
	restarts()
	prove.Done()
}

// forged returns from a handler to a frame that it has spoilt.
func forged() {
	fmt.Println("going on from a frame that no kernel has made")
	replace(segv, action{})
	replace(usr1, action{Handler: uint64(forgerAddress()), Flags: sigInfo | onStack})
	send(usr1)
	fmt.Println("still here")
	os.Exit(1)
}

// masks proves that blocked signals wait, one of a kind, and come when they are let in.
func masks() {
	before := mask(block, bit(usr1, usr2, realTime))
	prove.Equal("blocked", mask(block, 0)&bit(usr1, usr2, realTime), bit(usr1, usr2, realTime))
	prove.Equal("unblocked", mask(unblock, bit(usr2))&bit(usr2), bit(usr2))
	prove.Equal("then", mask(block, bit(usr2))&bit(usr2), uint64(0))

	send(usr1)
	send(usr1)
	prove.Equal("pending", pending()&bit(usr1, usr2), bit(usr1))
	send(usr2)
	prove.Equal("pending", pending()&bit(usr1, usr2), bit(usr1, usr2))
	for _, s := range []int{usr1, usr2} {
		got, err := wait(bit(s), 0)
		prove.That(err == nil && got.Signal == int32(s), "taking signal %d: %v, %v", s, got, err)
	}
	prove.Equal("none left", pending()&bit(usr1, usr2), uint64(0))

	// SIGKILL and SIGSTOP cannot be blocked.
	mask(block, ^uint64(0))
	prove.Equal("never blocked", mask(setMask, before)&bit(9, 19), uint64(0))
	prove.Fails("a set of 4 bytes", raw.Err(syscall.SYS_RT_SIGPROCMASK, block, 0, 0, 4), syscall.EINVAL)
	prove.Fails("a way that is none", raw.Err(syscall.SYS_RT_SIGPROCMASK, 7, raw.P(raw.New(before)), 0, 8), syscall.EINVAL)
	prove.Fails("a set nowhere", raw.Err(syscall.SYS_RT_SIGPROCMASK, block, 8, 0, 8), syscall.EFAULT)
	prove.Fails("a pending set of 16 bytes", raw.Err(syscall.SYS_RT_SIGPENDING, raw.P(raw.New(before)), 16), syscall.EINVAL)
}
