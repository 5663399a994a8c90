package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// legacyFifo proves the call that newer architectures left out.
func legacyFifo() {
	prove.Ok("mknod", raw.Err(syscall.SYS_MKNOD, raw.Path("legacy"), syscall.S_IFIFO|0o600, 0))
	prove.Ok("unlink", syscall.Unlink("legacy"))
}
