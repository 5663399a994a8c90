package main

import (
	"os"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// stackT is stack_t.
type stackT struct {
	Base  uint64
	Flags int32
	_     int32
	Size  uint64
}

// stacks proves sigaltstack as this thread has it from Go, and with another one.
func stacks() {
	now := raw.New(stackT{})
	prove.Ok("sigaltstack", raw.Err(syscall.SYS_SIGALTSTACK, 0, raw.P(now)))
	prove.That(now.Size >= 2048 && now.Flags == 0, "Go's stack: %+v", *now)
	install(usr1, action{Flags: sigInfo | onStack})
	send(usr1)
	inside := func(s stackT) bool { return seen.stack >= s.Base && seen.stack < s.Base+s.Size }
	prove.That(inside(*now), "the handler ran at %#x, the stack is %+v", seen.stack, *now)
	prove.Equal("what the frame says of it", []uint64{seen.altStack, seen.altLen}, []uint64{now.Base, now.Size})

	memory, err := raw.Map(0, 65536, raw.RW, raw.Anonymous)
	prove.Must("mapping a stack", err)
	other := stackT{Base: uint64(memory), Size: 65536}
	prove.Ok("another stack", raw.Err(syscall.SYS_SIGALTSTACK, raw.P(raw.New(other)), 0))
	send(usr1)
	prove.That(inside(other), "the handler ran at %#x, the stack is %+v", seen.stack, other)
	small := raw.New(stackT{Base: uint64(memory), Size: 100})
	prove.Fails("too small a stack", raw.Err(syscall.SYS_SIGALTSTACK, raw.P(small), 0), syscall.ENOMEM)
	odd := raw.New(stackT{Base: uint64(memory), Size: 65536, Flags: 77})
	prove.Fails("flags that are none", raw.Err(syscall.SYS_SIGALTSTACK, raw.P(odd), 0), syscall.EINVAL)
	prove.Fails("a stack nowhere", raw.Err(syscall.SYS_SIGALTSTACK, 8, 0), syscall.EFAULT)
	prove.Ok("Go's again", raw.Err(syscall.SYS_SIGALTSTACK, raw.P(now), 0))
	prove.Ok("unmapping", raw.Err(syscall.SYS_MUNMAP, memory, 65536))
}

// restarts proves that a read goes on after a handler with SA_RESTART, and ends without it.
func restarts() {
	r, w, err := os.Pipe()
	prove.Must("pipe", err)
	fd := r.Fd() // and the pipe blocks from here on
	buffer, at := raw.Bytes(1)
	for _, flags := range []uint64{0, restart} {
		install(usr1, action{Flags: sigInfo | onStack | flags})
		count := handled()
		stop := raw.Interrupt(raw.Gettid(), usr1)
		if flags == 0 {
			prove.Fails("a read without SA_RESTART", raw.Err(syscall.SYS_READ, fd, at, 1), syscall.EINTR)
			stop()
		}
		go func() {
			// Some signals later there is something to read.
			for seen := handled(); flags != 0 && handled() < seen+3; {
				time.Sleep(time.Millisecond)
			}
			w.WriteString("x")
		}()
		n, err := raw.Call(syscall.SYS_READ, fd, at, 1)
		stop()
		prove.That(err == nil && n == 1 && buffer[0] == 'x', "the read gives %d, %v", n, err)
		prove.That(handled() > count, "no handler ran")
	}
	pauses()
}
