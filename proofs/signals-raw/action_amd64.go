package main

import (
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// action is the kernel's struct sigaction.
type action struct{ Handler, Flags, Restorer, Mask uint64 }

const saRestorer = 0x04000000

func withRestorer(a action) action {
	if a.Restorer == 0 && a.Handler > 1 {
		a.Flags |= saRestorer
		a.Restorer = uint64(restorerAddress())
	}
	return a
}

// pauses proves pause, which newer architectures left out.
func pauses() {
	go func() {
		time.Sleep(20 * time.Millisecond)
		send(usr1)
	}()
	count := handled()
	prove.Fails("pause", raw.Err(syscall.SYS_PAUSE), syscall.EINTR)
	prove.That(handled() > count, "a handler ran")
}
