package main

import (
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// ways proves renameat2, copy_file_range, opening relative to a directory, and the older calls.
func ways() {
	prove.Write("one", "1")
	prove.Write("two", "2")
	move := func(flags uintptr) error {
		return raw.Err(raw.SYS_RENAMEAT2, raw.AtCwd, raw.Path("one"), raw.AtCwd, raw.Path("two"), flags)
	}
	prove.Fails("renaming over a file that must not be", move(raw.RENAME_NOREPLACE), syscall.EEXIST)
	prove.Holds("two", "2")
	prove.Ok("exchanging", move(raw.RENAME_EXCHANGE))
	prove.Holds("one", "2")
	prove.Holds("two", "1")
	prove.Ok("exchanging back", move(raw.RENAME_EXCHANGE))
	prove.Ok("renaming", move(0))
	prove.Holds("two", "1")
	prove.Fails("renaming nothing", move(0), syscall.ENOENT)
	prove.Fails("flags that are none", move(64), syscall.EINVAL)

	// Copies within and between files, with offsets of their own or the files'.
	prove.Write("from", "abcdefghij")
	in, _ := os.Open("from")
	out, _ := os.OpenFile("to", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	offset := raw.New(int64(6))
	n, err := raw.Call(raw.SYS_COPY_FILE_RANGE, in.Fd(), raw.P(offset), out.Fd(), 0, 100, 0)
	prove.That(n == 4 && err == nil && *offset == 10, "copy_file_range: %d, %v, %d", n, err, *offset)
	n, err = raw.Call(raw.SYS_COPY_FILE_RANGE, in.Fd(), 0, out.Fd(), 0, 3, 0)
	prove.That(n == 3 && err == nil, "copy_file_range: %d, %v", n, err)
	prove.Holds("to", "ghijabc")
	prove.Fails("into what is open for reading", raw.Err(raw.SYS_COPY_FILE_RANGE, out.Fd(), 0, in.Fd(), 0, 3, 0), syscall.EBADF)
	prove.Fails("flags that are none", raw.Err(raw.SYS_COPY_FILE_RANGE, in.Fd(), 0, out.Fd(), 0, 3, 1), syscall.EINVAL)
	in.Close()
	out.Close()

	// Names relative to an open directory.
	prove.Ok("mkdir", os.Mkdir("below", 0o700))
	below, err := syscall.Open("below", syscall.O_RDONLY|syscall.O_DIRECTORY, 0)
	prove.Ok("opening the directory", err)
	fd, err := syscall.Openat(below, "inside", syscall.O_CREAT|syscall.O_WRONLY, 0o600)
	prove.Ok("openat", err)
	syscall.Write(fd, []byte("in"))
	syscall.Close(fd)
	prove.Holds("below/inside", "in")
	prove.Fails("unlinkat of a directory", raw.Err(syscall.SYS_UNLINKAT, raw.AtCwd, raw.Path("below"), 0), syscall.EISDIR)
	prove.Fails("AT_REMOVEDIR of a file", raw.Err(syscall.SYS_UNLINKAT, uintptr(below), raw.Path("inside"), raw.AT_REMOVEDIR), syscall.ENOTDIR)
	prove.Ok("unlinkat", raw.Err(syscall.SYS_UNLINKAT, uintptr(below), raw.Path("inside"), 0))
	_, err = syscall.Openat(raw.NoDescriptor, "x", syscall.O_RDONLY, 0)
	prove.Fails("below a closed descriptor", err, syscall.EBADF)
	absolute, err := syscall.Openat(raw.NoDescriptor, "/", syscall.O_RDONLY, 0)
	prove.Ok("an absolute name needs no directory", err)
	syscall.Close(absolute)
	syscall.Close(below)

	// A directory cannot be written or made by open.
	_, err = syscall.Open("below", syscall.O_RDWR, 0)
	prove.Fails("writing a directory", err, syscall.EISDIR)
	_, err = syscall.Open("below/", syscall.O_CREAT|syscall.O_RDWR, 0o600)
	prove.Fails("making a directory by open", err, syscall.EISDIR)
	_, err = syscall.Seek(0, 0, 77)
	prove.That(err == syscall.EINVAL || err == syscall.ESPIPE, "a way to seek that is none: %v", err)
	legacy()
}
