package main

import (
	"os"
	"runtime"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// privileges proves changes of identity that change nothing, what capget tells, and that a call made by all
// threads is made by each of them.
func privileges() {
	uid, gid, keep := uintptr(os.Getuid()), uintptr(os.Getgid()), raw.Minus(1)
	prove.Ok("setuid", raw.Err(syscall.SYS_SETUID, uid))
	prove.Ok("setgid", raw.Err(syscall.SYS_SETGID, gid))
	prove.Ok("setreuid", raw.Err(syscall.SYS_SETREUID, keep, uid))
	prove.Ok("setregid", raw.Err(syscall.SYS_SETREGID, gid, keep))
	prove.Ok("setresuid", raw.Err(syscall.SYS_SETRESUID, keep, keep, keep))
	prove.Ok("setresgid", raw.Err(syscall.SYS_SETRESGID, gid, gid, gid))
	prove.Fails("setuid of nobody", raw.Err(syscall.SYS_SETUID, keep), syscall.EINVAL)
	prove.That(raw.Err(syscall.SYS_SETGROUPS, keep, 0) != nil, "fewer groups than none")

	const version3, set, get = 0x20080522, 8, 7
	header, sets := raw.New([2]uint32{version3, 0}), raw.New([6]uint32{9, 9, 9, 9, 9, 9})
	prove.Ok("capget", raw.Err(syscall.SYS_CAPGET, raw.P(header), raw.P(sets)))
	prove.That(sets[0]&^sets[1] == 0 && sets[3]&^sets[4] == 0, "who may do more than is permitted? %x", *sets)
	prove.Fails("capget nowhere", raw.Err(syscall.SYS_CAPGET, 0, 0), syscall.EFAULT)
	prove.Fails("capget of no thread", raw.Err(syscall.SYS_CAPGET, raw.P(raw.New([2]uint32{version3, 1 << 29})), raw.P(sets)), syscall.ESRCH)
	unknown := raw.New([2]uint32{1, 0})
	prove.Fails("capget of no version", raw.Err(syscall.SYS_CAPGET, raw.P(unknown), raw.P(sets)), syscall.EINVAL)
	prove.Equal("the version to use", unknown[0], uint32(version3))

	prove.Fails("PR_SET_KEEPCAPS of 2", raw.Err(syscall.SYS_PRCTL, set, 2), syscall.EINVAL)
	threads := newThreads(4)
	for _, value := range []uintptr{1, 0} {
		_, _, errno := syscall.AllThreadsSyscall(syscall.SYS_PRCTL, set, value, 0)
		prove.Equal("all threads", errno, syscall.Errno(0))
		more := newThreads(1)
		for i, ask := range append(threads, more...) {
			prove.Equal("PR_GET_KEEPCAPS of thread "+string(rune('0'+i)), ask(get), value)
		}
	}
	for i := 0; i < 5; i++ {
		pid, _, errno := syscall.AllThreadsSyscall(syscall.SYS_GETPID, 0, 0, 0)
		prove.That(int(pid) == os.Getpid() && errno == 0, "getpid by all threads: %d, %v", pid, errno)
	}
	_, _, errno := syscall.AllThreadsSyscall(syscall.SYS_CAPGET, 0, 0, 0)
	prove.Equal("a call that fails", errno, syscall.EFAULT)
}

// newThreads makes threads; each answers prctl.
func newThreads(count int) []func(option uintptr) uintptr {
	var threads []func(uintptr) uintptr
	for i := 0; i < count; i++ {
		asked, answered := make(chan uintptr), make(chan uintptr)
		go func() {
			runtime.LockOSThread()
			for option := range asked {
				value, err := raw.Call(syscall.SYS_PRCTL, option)
				prove.Ok("prctl", err)
				answered <- value
			}
		}()
		threads = append(threads, func(option uintptr) uintptr {
			asked <- option
			return <-answered
		})
	}
	return threads
}
