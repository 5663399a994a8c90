package main

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"proofs/prove"
	"proofs/raw"
)

// Flags of clone(2): what Go itself passes, and what it never does.
const (
	asGo          = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000
	parentSetTid  = 0x100000
	childClearTid = 0x200000
	childSetTid   = 0x1000000
	setTLS        = 0x80000
)

// spawn clones a thread that adds 1 to *counter and exits. It has no goroutine: all signals are blocked.
func spawn(flags, stack uintptr, parentTid, childTid *int32, counter *uint32, tls uintptr) int

// words is what the new thread and its number's takers share.
type words struct {
	parentTid, childTid int32
	counter             uint32
}

// clones proves the flags of clone that Go does not use: where the thread's number goes, and that the last
// of it is a futex wake.
func clones() {
	raw.Gettid()
	everything, old := raw.New(^uint64(0)), raw.New(uint64(0))
	stack, err := raw.Map(0, 65536, raw.RW, raw.Anonymous)
	prove.Must("mapping a stack", err)
	for i := uint32(1); i <= 20; i++ {
		w := raw.New(words{childTid: -1})
		prove.Ok("blocking signals", raw.Err(syscall.SYS_RT_SIGPROCMASK, 2, raw.P(everything), raw.P(old), 8))
		id := spawn(asGo|parentSetTid|childSetTid|childClearTid, stack+65536, &w.parentTid, &w.childTid, &w.counter, 0)
		prove.Ok("restoring signals", raw.Err(syscall.SYS_RT_SIGPROCMASK, 2, raw.P(old), 0, 8))
		if id <= 0 {
			prove.Fail("clone gives %d", id)
			return
		}
		prove.Equal("the number for the parent", int(w.parentTid), id)
		prove.Within("the thread's end", func() { awaitZero(&w.childTid) })
		prove.Equal("the thread ran", atomic.LoadUint32(&w.counter), uint32(1))
	}
	prove.Ok("unmapping", raw.Err(syscall.SYS_MUNMAP, stack, 65536))
}

// awaitZero sleeps on a futex until the kernel has cleared the word.
func awaitZero(word *int32) {
	for {
		value := atomic.LoadInt32(word)
		if value == 0 {
			return
		}
		// Linux wakes without FUTEX_PRIVATE: clone(2), CLONE_CHILD_CLEARTID.
		raw.Call(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), raw.FUTEX_WAIT, uintptr(uint32(value)), 0)
	}
}

// placement proves affinity, getcpu and membarrier.
func placement() {
	raw.Gettid()
	mask, maskAt := raw.Bytes(128)
	size, err := raw.Call(syscall.SYS_SCHED_GETAFFINITY, 0, 128, maskAt)
	prove.Must("sched_getaffinity", err)
	all := append([]byte(nil), mask[:size]...)
	cpu, node := raw.New(uint32(99)), raw.New(uint32(99))
	for i := 0; i < int(size)*8 && i < 64; i++ {
		if all[i/8]>>(i%8)&1 == 0 {
			continue
		}
		one, oneAt := raw.Bytes(int(size))
		one[i/8] = 1 << (i % 8)
		prove.Ok("sched_setaffinity", raw.Err(syscall.SYS_SCHED_SETAFFINITY, 0, size, oneAt))
		prove.Ok("getcpu", raw.Err(raw.SYS_GETCPU, raw.P(cpu), raw.P(node), 0))
		prove.Equal("the CPU it runs on", *cpu, uint32(i))
		raw.Call(syscall.SYS_SCHED_GETAFFINITY, 0, 128, maskAt)
		prove.Equal("the mask it set", mask[i/8], one[i/8])
	}
	restored, restoredAt := raw.Bytes(int(size))
	copy(restored, all)
	prove.Ok("sched_setaffinity", raw.Err(syscall.SYS_SCHED_SETAFFINITY, 0, size, restoredAt))
	_, noneAt := raw.Bytes(int(size))
	prove.Fails("no CPU at all", raw.Err(syscall.SYS_SCHED_SETAFFINITY, 0, size, noneAt), syscall.EINVAL)
	prove.Fails("a thread that is none", raw.Err(syscall.SYS_SCHED_GETAFFINITY, 1<<29, 128, maskAt), syscall.ESRCH)

	commands, err := raw.Call(raw.SYS_MEMBARRIER, 0, 0)
	prove.That(err == nil && commands&1 != 0, "membarrier can do %#x, %v", commands, err)
	prove.Ok("membarrier", raw.Err(raw.SYS_MEMBARRIER, 1, 0))
	if commands&8 != 0 { // PRIVATE_EXPEDITED, after REGISTER
		prove.Fails("an expedited barrier unregistered", raw.Err(raw.SYS_MEMBARRIER, 8, 0), syscall.EPERM)
		prove.Ok("registering", raw.Err(raw.SYS_MEMBARRIER, 16, 0))
		prove.Ok("an expedited barrier", raw.Err(raw.SYS_MEMBARRIER, 8, 0))
	}
	prove.Fails("a command that is none", raw.Err(raw.SYS_MEMBARRIER, 1<<20, 0), syscall.EINVAL)
	runtime.Gosched()
	time.Sleep(time.Millisecond)
}
