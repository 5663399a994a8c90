// Proof files: create, read, write, seek, append, truncate, rename, remove through package os; then their
// facts, rights, times and space through the calls themselves.
package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"proofs/prove"
)

func main() {
	scratch := prove.Scratch()

	// A new file, its bytes and its facts.
	f, err := os.OpenFile("a", os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640)
	prove.Must("creating a", err)
	_, err = f.WriteString("hello, world\n")
	prove.Ok("writing", err)
	at, err := f.Seek(7, io.SeekStart)
	prove.Ok("seeking", err)
	prove.Equal("offset", at, int64(7))
	buffer := make([]byte, 100)
	n, err := f.Read(buffer)
	prove.Ok("reading", err)
	prove.Equal("the rest", string(buffer[:n]), "world\n")
	n, err = f.Read(buffer)
	prove.That(n == 0 && err == io.EOF, "at the end: %d, %v", n, err)
	n, err = f.WriteAt([]byte("J"), 0)
	prove.That(n == 1 && err == nil, "WriteAt: %d, %v", n, err)
	n, err = f.ReadAt(buffer[:5], 0)
	prove.Equal("ReadAt", string(buffer[:n]), "Jello")
	prove.Ok("ReadAt", err)
	n, err = f.ReadAt(buffer[:9], 10)
	prove.That(n == 3 && err == io.EOF, "ReadAt across the end: %d, %v", n, err)
	_, err = f.Seek(-3, io.SeekStart)
	prove.Fails("a negative offset", err, syscall.EINVAL)

	// Holes read as zeroes, truncation cuts and grows.
	_, err = f.WriteAt([]byte("end"), 10000)
	prove.Ok("writing behind a hole", err)
	data, err := os.ReadFile("a")
	prove.Ok("reading it all", err)
	prove.Equal("size with a hole", len(data), 10003)
	prove.Equal("zeroes in the hole", strings.Count(string(data), "\x00"), 10000-13)
	prove.Ok("cutting", f.Truncate(5))
	prove.Ok("growing", f.Truncate(8))
	prove.Holds("a", "Jello\x00\x00\x00")
	prove.Ok("syncing", f.Sync())
	prove.Ok("cutting by name", os.Truncate("a", 5))

	info, err := f.Stat()
	prove.Must("stat", err)
	prove.Say("%s %d bytes %v regular %v", info.Name(), info.Size(), info.Mode(), info.Mode().IsRegular())
	prove.That(time.Since(info.ModTime()) < time.Hour, "modified at %v", info.ModTime())
	other, err := os.Stat("a")
	prove.Ok("stat by name", err)
	prove.That(os.SameFile(info, other), "both name the same file")
	prove.Ok("closing", f.Close())
	prove.Fails("closing twice", f.Close(), fs.ErrClosed)

	// Appending; opening modes; creation errors.
	appender, err := os.OpenFile("a", os.O_APPEND|os.O_WRONLY, 0)
	prove.Must("opening to append", err)
	appender.WriteString("1")
	os.WriteFile("b", []byte("b"), 0o600)
	appender.WriteString("2")
	_, err = appender.Read(buffer)
	prove.Fails("reading what is open for writing", err, syscall.EBADF)
	appender.Close()
	prove.Holds("a", "Jello12")
	_, err = os.OpenFile("a", os.O_CREATE|os.O_EXCL, 0o600)
	prove.Fails("creating what is there", err, fs.ErrExist)
	_, err = os.Open("absent")
	prove.Fails("opening what is not there", err, fs.ErrNotExist)
	_, err = os.Open("a/below")
	prove.Fails("a file as a directory", err, syscall.ENOTDIR)
	_, err = os.OpenFile(".", os.O_WRONLY, 0)
	prove.Fails("writing a directory", err, syscall.EISDIR)
	_, err = os.Open(strings.Repeat("x", 256))
	prove.Fails("a name of 256 bytes", err, syscall.ENAMETOOLONG)
	_, err = os.Create(strings.Repeat("y", 255))
	prove.Ok("a name of 255 bytes", err)
	_, err = os.Stat("")
	prove.Fails("the empty name", err, syscall.ENOENT)
	prove.Write("a", "short")
	prove.Holds("a", "short")

	// Renaming replaces; removing while open keeps the bytes.
	open, err := os.Open("b")
	prove.Ok("opening b", err)
	prove.Ok("renaming over b", os.Rename("a", "b"))
	prove.Holds("b", "short")
	rest, err := io.ReadAll(open)
	prove.Ok("reading a replaced file", err)
	prove.Equal("its bytes", string(rest), "b")
	prove.Ok("removing", os.Remove("b"))
	err = os.Remove("b")
	prove.Fails("removing twice", err, fs.ErrNotExist)
	var pathError *fs.PathError
	prove.That(errors.As(err, &pathError) && pathError.Path == "b", "the error names the path: %v", err)

	// A larger file, in odd pieces.
	big, err := os.Create("big")
	prove.Must("creating big", err)
	piece := make([]byte, 12345)
	for i := 0; i < 200; i++ {
		for j := range piece {
			piece[j] = byte(i + j)
		}
		if n, err := big.Write(piece); n != len(piece) || err != nil {
			prove.Fail("piece %d: %d, %v", i, n, err)
		}
	}
	big.Close()
	data, err = os.ReadFile("big")
	prove.Ok("reading big", err)
	prove.Equal("size of big", len(data), 200*len(piece))
	for i := range data {
		if data[i] != byte(i/len(piece)+i%len(piece)) {
			prove.Fail("byte %d of big is %d", i, data[i])
			break
		}
	}
	copied, err := os.Create("copy")
	prove.Ok("creating copy", err)
	source, err := os.Open("big")
	prove.Ok("opening big", err)
	count, err := io.Copy(copied, source) // copy_file_range
	prove.Ok("copying", err)
	prove.Equal("bytes copied", count, int64(len(data)))
	again, _ := os.ReadFile("copy")
	prove.That(string(again) == string(data), "the copy is the same")
	facts()
	rights()
	times()
	space()
	ways()
	prove.Leave(scratch)
}
