package main

import (
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// atLinks proves the flags that choose between a link and what it points to.
func atLinks() {
	prove.Write("target", "t")
	prove.Ok("symlink", os.Symlink("target", "pointer"))
	link := func(from, to string, flags uintptr) error {
		return raw.Err(syscall.SYS_LINKAT, raw.AtCwd, raw.Path(from), raw.AtCwd, raw.Path(to), flags)
	}
	prove.Ok("a link to the link", link("pointer", "second", 0))
	info, err := os.Lstat("second")
	prove.That(err == nil && info.Mode()&os.ModeSymlink != 0, "it is a link itself: %v", err)
	prove.Ok("a link to the target", link("pointer", "third", raw.AT_SYMLINK_FOLLOW))
	info, err = os.Lstat("third")
	prove.That(err == nil && info.Mode().IsRegular(), "it is the file: %v", err)
	prove.Equal("names of the file", links("target"), 2)
	prove.Fails("flags that are none", link("pointer", "fourth", 1), syscall.EINVAL)
	fd, _ := syscall.Open("target", syscall.O_RDONLY, 0)
	err = raw.Err(syscall.SYS_LINKAT, uintptr(fd), raw.Path(""), raw.AtCwd, raw.Path("fifth"), raw.AT_EMPTY_PATH)
	prove.Ok("a link to a descriptor", err)
	prove.Equal("names of the file", links("target"), 3)
	syscall.Close(fd)

	// Owners, times and rights of the link itself.
	prove.Ok("lchown", syscall.Lchown("pointer", os.Getuid(), os.Getgid()))
	prove.Ok("lchown of a dangling link", syscall.Lchown("dangling", -1, -1))
	before := raw.New(syscall.Stat_t{})
	prove.Ok("stat", syscall.Stat("target", before))
	pair := raw.New([2]syscall.Timespec{{Sec: 1}, {Sec: 2}})
	prove.Ok("utimensat", raw.Err(syscall.SYS_UTIMENSAT, raw.AtCwd, raw.Path("pointer"), raw.P(pair), raw.AT_SYMLINK_NOFOLLOW))
	after := raw.New(syscall.Stat_t{})
	prove.Ok("stat", syscall.Stat("target", after))
	prove.Equal("the target's time stays", after.Mtim, before.Mtim)
	prove.Ok("lstat", syscall.Lstat("pointer", after))
	prove.Equal("the link's time", after.Mtim.Sec, int64(2))
	prove.Ok("faccessat2", raw.Err(raw.SYS_FACCESSAT2, raw.AtCwd, raw.Path("pointer"), 0, raw.AT_SYMLINK_NOFOLLOW))
	err = raw.Err(raw.SYS_FCHMODAT2, raw.AtCwd, raw.Path("pointer"), 0o600, raw.AT_SYMLINK_NOFOLLOW)
	prove.That(err == syscall.EOPNOTSUPP || err == syscall.ENOSYS, "chmod of a link: %v", err)

	// readlinkat of a descriptor of the link.
	path, err := syscall.Open("pointer", raw.O_PATH|syscall.O_NOFOLLOW, 0)
	prove.Ok("opening the link itself", err)
	buffer, at := raw.Bytes(20)
	n, err := raw.Call(syscall.SYS_READLINKAT, uintptr(path), raw.Path(""), at, 20)
	prove.That(err == nil && string(buffer[:n]) == "target", "readlinkat of a descriptor: %q, %v", buffer[:n], err)
	prove.Fails("no room", raw.Err(syscall.SYS_READLINKAT, raw.AtCwd, raw.Path("pointer"), at, 0), syscall.EINVAL)
	syscall.Close(path)
	prove.Fails("an empty target", raw.Err(syscall.SYS_SYMLINKAT, raw.Path(""), raw.AtCwd, raw.Path("sixth")), syscall.ENOENT)
}
