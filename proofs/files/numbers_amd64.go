package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

const statAt = syscall.SYS_NEWFSTATAT

// legacy proves the calls that newer architectures left out.
func legacy() {
	fd, err := raw.Call(syscall.SYS_OPEN, raw.Path("legacy"), syscall.O_CREAT|syscall.O_RDWR, 0o600)
	prove.Ok("open", err)
	syscall.Close(int(fd))
	fd, err = raw.Call(syscall.SYS_CREAT, raw.Path("legacy"), 0o600)
	prove.Ok("creat", err)
	syscall.Close(int(fd))
	stat := raw.New(syscall.Stat_t{})
	prove.Ok("stat", raw.Err(syscall.SYS_STAT, raw.Path("legacy"), raw.P(stat)))
	prove.Ok("lstat", raw.Err(syscall.SYS_LSTAT, raw.Path("legacy"), raw.P(stat)))
	prove.Ok("access", raw.Err(syscall.SYS_ACCESS, raw.Path("legacy"), 6))
	prove.Ok("chmod", raw.Err(syscall.SYS_CHMOD, raw.Path("legacy"), 0o400))
	prove.Ok("chown", raw.Err(syscall.SYS_CHOWN, raw.Path("legacy"), ^uintptr(0), ^uintptr(0)))
	prove.Ok("lchown", raw.Err(syscall.SYS_LCHOWN, raw.Path("legacy"), ^uintptr(0), ^uintptr(0)))
	prove.Ok("link", raw.Err(syscall.SYS_LINK, raw.Path("legacy"), raw.Path("legacy2")))
	prove.Ok("rename", raw.Err(syscall.SYS_RENAME, raw.Path("legacy2"), raw.Path("legacy3")))
	prove.Ok("symlink", raw.Err(syscall.SYS_SYMLINK, raw.Path("x"), raw.Path("legacy4")))
	buffer, at := raw.Bytes(10)
	n, err := raw.Call(syscall.SYS_READLINK, raw.Path("legacy4"), at, 10)
	prove.That(n == 1 && err == nil && buffer[0] == 'x', "readlink: %d, %v", n, err)
	prove.Ok("mkdir", raw.Err(syscall.SYS_MKDIR, raw.Path("legacy5"), 0o700))
	prove.Ok("rmdir", raw.Err(syscall.SYS_RMDIR, raw.Path("legacy5")))
	for _, name := range []string{"legacy", "legacy3", "legacy4"} {
		prove.Ok("unlink", raw.Err(syscall.SYS_UNLINK, raw.Path(name)))
	}
	fds := raw.New([2]int32{})
	prove.Ok("pipe", raw.Err(syscall.SYS_PIPE, raw.P(fds)))
	prove.That(fds[0] > 2 && fds[1] > fds[0], "pipe: %v", *fds)
}
