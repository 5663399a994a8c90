package main

import (
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// rawPipes proves sizes, O_NONBLOCK, and what a pipe refuses.
func rawPipes() {
	var fds [2]int
	prove.Must("pipe2", syscall.Pipe2(fds[:], syscall.O_NONBLOCK|syscall.O_CLOEXEC))
	size, err := raw.Call(syscall.SYS_FCNTL, uintptr(fds[0]), raw.F_GETPIPE_SZ)
	prove.That(size == 65536 && err == nil, "a pipe holds %d, %v", size, err)
	n, err := syscall.Read(fds[0], make([]byte, 10))
	prove.That(n <= 0 && err == syscall.EAGAIN, "an empty pipe: %d, %v", n, err)
	total := 0
	for err = nil; err == nil; {
		if n, err = syscall.Write(fds[1], make([]byte, 1000)); err == nil {
			total += n
		}
	}
	prove.That(err == syscall.EAGAIN && total > 60000 && total <= 65536, "a full pipe: %d bytes, %v", total, err)
	_, err = syscall.Seek(fds[0], 0, 1)
	prove.Fails("seeking", err, syscall.ESPIPE)
	_, err = syscall.Pread(fds[0], make([]byte, 1), 0)
	prove.Fails("reading at an offset", err, syscall.ESPIPE)
	_, err = syscall.Write(fds[0], []byte("x"))
	prove.Fails("writing the wrong end", err, syscall.EBADF)
	_, err = syscall.Read(fds[1], make([]byte, 1))
	prove.Fails("reading the wrong end", err, syscall.EBADF)
	prove.Fails("flags that are none", syscall.Pipe2(fds[:], 1), syscall.EINVAL)

	// Blocking ends, between two threads; a write of up to 4096 bytes is not torn apart.
	prove.Must("pipe2", syscall.Pipe2(fds[:], 0))
	const writers, pieces = 3, 40
	for writer := 0; writer < writers; writer++ {
		go func(mark byte) {
			piece := make([]byte, 4096)
			for i := range piece {
				piece[i] = mark
			}
			for i := 0; i < pieces; i++ {
				_, err := syscall.Write(fds[1], piece)
				prove.Must("writing", err)
			}
		}(byte('a' + writer))
	}
	torn := 0
	piece := make([]byte, 4096)
	for i := 0; i < writers*pieces; i++ {
		for have := 0; have < len(piece); {
			n, err := syscall.Read(fds[0], piece[have:])
			prove.Must("reading", err)
			have += n
		}
		for _, b := range piece {
			if b != piece[0] {
				torn++
			}
		}
	}
	prove.Equal("bytes of another writer inside a piece", torn, 0)
	go func() {
		time.Sleep(10 * time.Millisecond)
		syscall.Close(fds[1])
	}()
	prove.Within("the end of the pipe", func() {
		n, err := syscall.Read(fds[0], piece)
		prove.That(n == 0 && err == nil, "it gives %d, %v", n, err)
	})
}
