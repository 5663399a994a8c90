package main

import (
	"sync/atomic"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// threadLocal proves that a thread may begin with anything in its thread pointer, which is a general register.
func threadLocal() {
	stack, err := raw.Map(0, 65536, raw.RW, raw.Anonymous)
	prove.Must("mapping a stack", err)
	w := raw.New(words{childTid: -1})
	everything, old := raw.New(^uint64(0)), raw.New(uint64(0))
	prove.Ok("blocking signals", raw.Err(syscall.SYS_RT_SIGPROCMASK, 2, raw.P(everything), raw.P(old), 8))
	id := spawn(asGo|setTLS|childSetTid|childClearTid, stack+65536, &w.parentTid, &w.childTid, &w.counter, raw.Minus(4096))
	prove.Ok("restoring signals", raw.Err(syscall.SYS_RT_SIGPROCMASK, 2, raw.P(old), 0, 8))
	if id <= 0 {
		prove.Fail("clone gives %d", id)
		return
	}
	prove.Within("the thread's end", func() { awaitZero(&w.childTid) })
	prove.Equal("the thread ran", atomic.LoadUint32(&w.counter), uint32(1))
}
