package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// legacyDup proves dup2, which newer architectures left out.
func legacyDup(fd int) {
	prove.Ok("dup2", syscall.Dup2(fd, 70))
	prove.Ok("dup2 to itself", syscall.Dup2(fd, fd))
	prove.Fails("dup2 of nothing", syscall.Dup2(raw.NoDescriptor, 70), syscall.EBADF)
	prove.Ok("close", syscall.Close(70))
}
