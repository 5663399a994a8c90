package main

import "syscall"

const statAt = syscall.SYS_NEWFSTATAT

const saRestorer = 0x04000000

// action is the kernel's struct sigaction.
type action struct{ Handler, Flags, Restorer, Mask uint64 }

func newAction(handler, flags, mask uint64) action {
	return action{handler, flags | saRestorer, uint64(restorerAddress()), mask}
}
