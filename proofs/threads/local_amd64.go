package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// fsBase asks for this thread's FS base.
func fsBase() uintptr

// threadLocal proves arch_prctl: each thread has an FS base of its own.
func threadLocal() {
	raw.Gettid()
	mine := fsBase()
	other := make(chan uintptr)
	go func() {
		raw.Gettid()
		other <- fsBase()
	}()
	theirs := <-other
	prove.That(mine != 0 && theirs != 0 && mine != theirs, "FS bases %#x and %#x", mine, theirs)
	prove.Equal("still this one", fsBase(), mine)
	prove.Fails("a code that is none", raw.Err(syscall.SYS_ARCH_PRCTL, 0x9999, 0), syscall.EINVAL)
	prove.Fails("a base in the kernel", raw.Err(syscall.SYS_ARCH_PRCTL, 0x1002, raw.Minus(4096)), syscall.EPERM)
	w := raw.New(words{})
	refused := spawn(asGo|setTLS, 0, &w.parentTid, &w.childTid, &w.counter, raw.Minus(4096))
	prove.Equal("clone with a base in the kernel", refused, -int(syscall.EPERM))
	prove.Fails("a result nowhere", raw.Err(syscall.SYS_ARCH_PRCTL, 0x1003, 8), syscall.EFAULT)
}
