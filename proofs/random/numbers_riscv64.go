package main

import "syscall"

const statAt = syscall.SYS_FSTATAT

// action is the kernel's struct sigaction: there is no restorer, the kernel brings its own.
type action struct{ Handler, Flags, Mask uint64 }

func newAction(handler, flags, mask uint64) action { return action{handler, flags, mask} }
