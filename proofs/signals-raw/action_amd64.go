package main

import (
	"syscall"

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
	count := handled()
	stop := raw.Interrupt(raw.Gettid(), usr1)
	prove.Fails("pause", raw.Err(syscall.SYS_PAUSE), syscall.EINTR)
	stop()
	prove.That(handled() > count, "a handler ran")
}
