package main

import (
	"encoding/binary"
	"os"
	"strings"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// rawListing proves getdents64 and getcwd with buffers that are too small, and what they refuse.
func rawListing() {
	prove.Ok("mkdir", os.Mkdir("listed", 0o700))
	for _, name := range []string{"a", "bb", strings.Repeat("c", 200)} {
		prove.Write("listed/"+name, "")
	}
	fd, err := syscall.Open("listed", syscall.O_RDONLY|syscall.O_DIRECTORY, 0)
	prove.Must("opening", err)
	buffer, at := raw.Bytes(300)
	prove.Fails("a buffer too small for any entry", raw.Err(syscall.SYS_GETDENTS64, uintptr(fd), at, 8), syscall.EINVAL)
	prove.Fails("a buffer nowhere", raw.Err(syscall.SYS_GETDENTS64, uintptr(fd), 8, 300), syscall.EFAULT)
	types := map[string]byte{}
	for {
		n, err := raw.Call(syscall.SYS_GETDENTS64, uintptr(fd), at, 300)
		if prove.Ok("getdents64", err); n == 0 || err != nil {
			break
		}
		for entry := buffer[:n]; len(entry) > 0; {
			size := binary.LittleEndian.Uint16(entry[16:])
			prove.That(size%8 == 0 && int(size) <= len(entry), "an entry of %d bytes", size)
			name := entry[19:size]
			types[string(name[:strings.IndexByte(string(name), 0)])] = entry[18]
			prove.That(binary.LittleEndian.Uint64(entry) != 0, "an inode's number is not 0")
			entry = entry[size:]
		}
	}
	const directory, regular = 4, 8
	prove.Equal("entries", types, map[string]byte{".": directory, "..": directory, "a": regular, "bb": regular, strings.Repeat("c", 200): regular})
	syscall.Close(fd)
	file, _ := syscall.Open("listed/a", syscall.O_RDONLY, 0)
	prove.Fails("listing a file", raw.Err(syscall.SYS_GETDENTS64, uintptr(file), at, 300), syscall.ENOTDIR)
	prove.Fails("going to a file", raw.Err(syscall.SYS_FCHDIR, uintptr(file)), syscall.ENOTDIR)
	syscall.Close(file)

	n, err := raw.Call(syscall.SYS_GETCWD, at, 300)
	prove.That(err == nil && buffer[0] == '/' && buffer[n-1] == 0, "getcwd: %q, %v", buffer[:n], err)
	prove.Fails("getcwd without room", raw.Err(syscall.SYS_GETCWD, at, 2), syscall.ERANGE)
	prove.Fails("chdir to nothing", raw.Err(syscall.SYS_CHDIR, raw.Path("absent")), syscall.ENOENT)
	prove.Fails("chdir to a path nowhere", raw.Err(syscall.SYS_CHDIR, 8), syscall.EFAULT)
	prove.Fails("mkdir with a dot", raw.Err(syscall.SYS_MKDIRAT, raw.AtCwd, raw.Path("x/."), 0o700), syscall.ENOENT)
	prove.Fails("rmdir of a dot", raw.Err(syscall.SYS_UNLINKAT, raw.AtCwd, raw.Path("listed/."), raw.AT_REMOVEDIR), syscall.EINVAL)
	prove.Fails("a path of 5000 bytes", raw.Err(syscall.SYS_CHDIR, raw.Path(strings.Repeat("x/", 2500))), syscall.ENAMETOOLONG)
}
