package main

import (
	"io"
	"os"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

const (
	nonblock = syscall.O_NONBLOCK

	pollIn, pollOut, pollHup = 1, 4, 16
)

// fifoOpens opens the FIFO as the system call does, and tells the descriptor.
func fifoOpens(flags int) int {
	fd, err := syscall.Open("fifo", flags, 0)
	prove.Must("opening the FIFO", err)
	return fd
}

func fifoWrites(fd int, text string) {
	_, err := syscall.Write(fd, []byte(text))
	prove.Must("writing", err)
}

func fifoCloses(fd int) { prove.Must("closing", syscall.Close(fd)) }

// fifos proves pipes that have a name.
func fifos() {
	directory := prove.Scratch()
	prove.Must("mkfifo", syscall.Mkfifo("fifo", 0o640))
	prove.Fails("mkfifo where one is", syscall.Mkfifo("fifo", 0o640), syscall.EEXIST)
	info, err := os.Lstat("fifo")
	prove.Must("lstat", err)
	prove.Equal("its mode", info.Mode(), os.ModeNamedPipe|0o640)
	entries, err := os.ReadDir(".")
	prove.That(len(entries) == 1 && entries[0].Type() == os.ModeNamedPipe, "listed as %v, %v", entries, err)
	fifoOpening()
	fifoPolling()
	fifoText()

	prove.Ok("a plain file", syscall.Mknod("plain", syscall.S_IFREG|0o600, 0))
	prove.Holds("plain", "")
	prove.Ok("a plain file by no type", syscall.Mknod("plain2", 0o600, 0))
	prove.Fails("a directory", syscall.Mknod("directory", syscall.S_IFDIR|0o600, 0), syscall.EPERM)
	prove.Fails("no type at all", syscall.Mknod("strange", 0o070600, 0), syscall.EINVAL)
	prove.Fails("in no directory", syscall.Mkfifo("none/fifo", 0o600), syscall.ENOENT)
	legacyFifo()
	prove.Leave(directory)
}

// fifoOpening: who waits for whom, and what is refused.
func fifoOpening() {
	_, err := syscall.Open("fifo", syscall.O_WRONLY|nonblock, 0)
	prove.Fails("writing without a reader", err, syscall.ENXIO)
	opened := make(chan int)
	go func() { opened <- fifoOpens(syscall.O_RDONLY) }()
	writer := fifoOpens(syscall.O_WRONLY)
	reader := <-opened
	fifoWrites(writer, "through")
	fifoCloses(writer)
	buffer := make([]byte, 100)
	n, err := syscall.Read(reader, buffer)
	prove.That(string(buffer[:n]) == "through" && err == nil, "read %q, %v", buffer[:n], err)
	n, err = syscall.Read(reader, buffer)
	prove.That(n == 0 && err == nil, "the end: %d, %v", n, err)

	// The bytes stay while one end is open, and are gone with the last.
	writer = fifoOpens(syscall.O_WRONLY)
	fifoWrites(writer, "kept")
	fifoCloses(writer)
	writer = fifoOpens(syscall.O_WRONLY | nonblock)
	fifoWrites(writer, " on")
	n, _ = syscall.Read(reader, buffer)
	prove.Equal("from two writers", string(buffer[:n]), "kept on")
	fifoWrites(writer, "lost")
	fifoCloses(reader)
	fifoCloses(writer)
	both := fifoOpens(syscall.O_RDWR)
	prove.Must("non-blocking", syscall.SetNonblock(both, true))
	_, err = syscall.Read(both, buffer)
	prove.Fails("reading what is open for both", err, syscall.EAGAIN)
	fifoWrites(both, "to itself")
	n, _ = syscall.Read(both, buffer)
	prove.Equal("what it wrote", string(buffer[:n]), "to itself")
	_, err = syscall.Seek(both, 0, 0)
	prove.Fails("seeking", err, syscall.ESPIPE)
	fifoCloses(both)
}

// fifoReady tells what poll says of a descriptor now.
func fifoReady(fd int) int16 {
	type pollFd struct {
		fd              int32
		events, revents int16
	}
	set := raw.New(pollFd{fd: int32(fd), events: pollIn | pollOut})
	_, err := raw.Call(syscall.SYS_PPOLL, raw.P(set), 1, raw.P(raw.New([2]int64{})), 0, 8)
	prove.Ok("ppoll", err)
	return set.revents
}

// fifoPolling: no writer yet is not the end.
func fifoPolling() {
	reader := fifoOpens(syscall.O_RDONLY | nonblock)
	prove.Equal("before the first writer", fifoReady(reader), int16(0))
	n, err := syscall.Read(reader, make([]byte, 1))
	prove.That(n == 0 && err == nil, "reading then: %d, %v", n, err)
	writer := fifoOpens(syscall.O_WRONLY | nonblock)
	prove.Equal("a writer is there", fifoReady(reader), int16(0))
	prove.Equal("and has room", fifoReady(writer), int16(pollOut))
	fifoCloses(writer)
	prove.Equal("no writer is left", fifoReady(reader), int16(pollHup))
	both := fifoOpens(syscall.O_RDWR | nonblock)
	prove.Equal("for both", fifoReady(both), int16(pollOut))
	fifoWrites(both, "x")
	prove.Equal("with a byte in it", fifoReady(both), int16(pollIn|pollOut))
	fifoCloses(both)
	fifoCloses(reader)
}

// fifoText: as os.File does it, whose descriptors wait by epoll.
func fifoText() {
	read := make(chan string)
	go func() {
		f, err := os.Open("fifo")
		prove.Must("opening", err)
		text, err := io.ReadAll(f)
		prove.Ok("reading all", err)
		f.Close()
		read <- string(text)
	}()
	w, err := os.OpenFile("fifo", os.O_WRONLY, 0)
	prove.Must("opening", err)
	for _, part := range []string{"a ", "piece ", "at a time"} {
		time.Sleep(time.Millisecond)
		_, err := w.WriteString(part)
		prove.Must("writing", err)
	}
	prove.Must("closing", w.Close())
	prove.Equal("all that came", <-read, "a piece at a time")

	// Both at once, by epoll: full, and empty again.
	both, err := os.OpenFile("fifo", os.O_RDWR, 0)
	prove.Must("opening for both", err)
	go func() {
		_, err := both.Write(make([]byte, 200000))
		prove.Must("writing much", err)
	}()
	n, err := io.ReadFull(both, make([]byte, 200000))
	prove.That(n == 200000 && err == nil, "reading much: %d, %v", n, err)
	prove.Must("a deadline", both.SetReadDeadline(time.Now().Add(time.Millisecond)))
	_, err = both.Read(make([]byte, 1))
	prove.Fails("nothing comes", err, os.ErrDeadlineExceeded)
	both.Close()
}
