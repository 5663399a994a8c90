package main

import (
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

func mode(name string) string {
	var stat syscall.Stat_t
	prove.Ok("lstat "+name, syscall.Lstat(name, &stat))
	return os.FileMode(stat.Mode & 0o777).String()
}

// rights proves modes, the mask for new files, owners, and access.
func rights() {
	old := syscall.Umask(0o027)
	prove.Equal("the mask", syscall.Umask(0o027), 0o027)
	fd, err := syscall.Open("rights", syscall.O_CREAT|syscall.O_RDWR, 0o666)
	prove.Ok("open", err)
	prove.Equal("a new file under the mask", mode("rights"), "-rw-r-----")
	prove.Ok("mkdir", syscall.Mkdir("rights.d", 0o777))
	prove.Equal("a new directory under the mask", mode("rights.d"), "-rwxr-x---")
	syscall.Umask(old)

	prove.Ok("chmod", syscall.Chmod("rights", 0o741))
	prove.Equal("chmod", mode("rights"), "-rwxr----x")
	prove.Ok("fchmod", syscall.Fchmod(fd, 0o600))
	prove.Equal("fchmod", mode("rights"), "-rw-------")
	prove.Ok("fchmodat", syscall.Fchmodat(int(-100), "rights", 0o640, 0))
	prove.Equal("fchmodat", mode("rights"), "-rw-r-----")
	prove.Fails("chmod of nothing", syscall.Chmod("absent", 0o600), syscall.ENOENT)
	prove.Fails("fchmod of a closed descriptor", syscall.Fchmod(raw.NoDescriptor, 0o600), syscall.EBADF)

	// Linux has fchmodat2 since 6.6.
	err = raw.Err(raw.SYS_FCHMODAT2, uintptr(fd), raw.Path(""), 0o600, raw.AT_EMPTY_PATH)
	if err != syscall.ENOSYS {
		prove.Ok("fchmodat2 of a descriptor", err)
		prove.Equal("fchmodat2", mode("rights"), "-rw-------")
	}

	prove.Ok("chown to nobody new", syscall.Chown("rights", -1, -1))
	prove.Ok("fchown", syscall.Fchown(fd, os.Getuid(), os.Getgid()))
	prove.Ok("fchownat of a descriptor", raw.Err(syscall.SYS_FCHOWNAT, uintptr(fd), raw.Path(""), ^uintptr(0), ^uintptr(0), raw.AT_EMPTY_PATH))
	prove.Fails("chown of nothing", syscall.Chown("absent", -1, -1), syscall.ENOENT)

	const exists, read, write = 0, 4, 2
	for _, what := range []uintptr{exists, read, write, read | write} {
		prove.Ok("faccessat", raw.Err(syscall.SYS_FACCESSAT, raw.AtCwd, raw.Path("rights"), what))
		prove.Ok("faccessat2", raw.Err(raw.SYS_FACCESSAT2, raw.AtCwd, raw.Path("rights"), what, 0))
	}
	prove.Fails("a file that may not be executed", raw.Err(syscall.SYS_FACCESSAT, raw.AtCwd, raw.Path("rights"), 1), syscall.EACCES)
	prove.Ok("of a descriptor", raw.Err(raw.SYS_FACCESSAT2, uintptr(fd), raw.Path(""), read, raw.AT_EMPTY_PATH))
	prove.Fails("of nothing", raw.Err(raw.SYS_FACCESSAT2, raw.AtCwd, raw.Path("absent"), 0, 0), syscall.ENOENT)
	prove.Fails("access that is none", raw.Err(syscall.SYS_FACCESSAT, raw.AtCwd, raw.Path("rights"), 64), syscall.EINVAL)
	syscall.Close(fd)
}
