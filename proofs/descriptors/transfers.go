package main

import (
	"os"
	"strings"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// pieces makes an iovec array over buffers of these sizes.
func pieces(sizes ...int) ([][]byte, uintptr) {
	type iovec struct{ Base, Size uint64 }
	vector := raw.New([32]iovec{})
	var buffers [][]byte
	for i, size := range sizes {
		buffer, at := raw.Bytes(size + 1)
		buffers = append(buffers, buffer[:size])
		vector[i] = iovec{uint64(at), uint64(size)}
	}
	return buffers, raw.P(vector)
}

// vectors proves readv, writev, preadv and pwritev.
func vectors() {
	fd := uintptr(open("vectors", os.O_RDWR|os.O_CREATE|os.O_TRUNC))
	buffers, at := pieces(3, 0, 5)
	copy(buffers[0], "abc")
	copy(buffers[2], "defgh")
	n, err := raw.Call(syscall.SYS_WRITEV, fd, at, 3)
	prove.That(n == 8 && err == nil, "writev: %d, %v", n, err)
	n, err = raw.Call(syscall.SYS_PWRITEV, fd, at, 3, 10, 0)
	prove.That(n == 8 && err == nil, "pwritev: %d, %v", n, err)
	prove.Holds("vectors", "abcdefgh\x00\x00abcdefgh")
	offset, _ := syscall.Seek(int(fd), 0, 1)
	prove.Equal("the offset after both", offset, int64(8))

	buffers, at = pieces(4, 100)
	n, err = raw.Call(syscall.SYS_PREADV, fd, at, 2, 1, 0)
	prove.That(n == 17 && err == nil, "preadv: %d, %v", n, err)
	prove.Equal("its parts", string(buffers[0])+"|"+string(buffers[1][:13]), "bcde|fgh\x00\x00abcdefgh")
	syscall.Seek(int(fd), 16, 0)
	n, err = raw.Call(syscall.SYS_READV, fd, at, 2)
	prove.That(n == 2 && err == nil && string(buffers[0][:2]) == "gh", "readv at the end: %d, %v", n, err)
	n, err = raw.Call(syscall.SYS_READV, fd, at, 0)
	prove.That(n == 0 && err == nil, "no vectors: %d, %v", n, err)
	prove.Fails("too many vectors", raw.Err(syscall.SYS_READV, fd, at, 1025), syscall.EINVAL)
	prove.Fails("vectors nowhere", raw.Err(syscall.SYS_READV, fd, 8, 1), syscall.EFAULT)
	prove.Fails("a negative offset", raw.Err(syscall.SYS_PREADV, fd, at, 1, raw.Minus(1), raw.Minus(1)), syscall.EINVAL)

	// Bad memory in the middle: what came before it counts.
	bad := raw.New([4]uint64{uint64(raw.P(raw.New([4]byte{}))), 4, 8, 4})
	n, err = raw.Call(syscall.SYS_PREADV, fd, raw.P(bad), 2, 0, 0)
	prove.That(n == 4 && err == nil || err == syscall.EFAULT, "half of it readable: %d, %v", n, err)
	syscall.Seek(int(fd), 0, 0)
	prove.Fails("a buffer nowhere", raw.Err(syscall.SYS_READ, fd, 8, 4), syscall.EFAULT)
	prove.Fails("a buffer in the kernel", raw.Err(syscall.SYS_WRITE, fd, raw.Minus(4096), 4), syscall.EFAULT)
	syscall.Close(int(fd))
}

// transfers proves sendfile, to a file and to a pipe.
func transfers() {
	text := strings.Repeat("0123456789", 2000)
	prove.Write("source", text)
	from, to := open("source", os.O_RDONLY), open("target", os.O_RDWR|os.O_CREATE)
	n, err := syscall.Sendfile(to, from, nil, 15000)
	prove.That(n == 15000 && err == nil, "sendfile: %d, %v", n, err)
	n, err = syscall.Sendfile(to, from, nil, 15000)
	prove.That(n == 5000 && err == nil, "the rest: %d, %v", n, err)
	n, err = syscall.Sendfile(to, from, nil, 15000)
	prove.That(n == 0 && err == nil, "at the end: %d, %v", n, err)
	prove.Holds("target", text)

	var fds [2]int
	prove.Must("pipe2", syscall.Pipe2(fds[:], syscall.O_NONBLOCK))
	offset := int64(19990)
	n, err = syscall.Sendfile(fds[1], from, &offset, 100)
	prove.That(n == 10 && err == nil && offset == 20000, "to a pipe: %d, %v, %d", n, err, offset)
	buffer := make([]byte, 100)
	n, _ = syscall.Read(fds[0], buffer)
	prove.Equal("out of the pipe", string(buffer[:n]), "0123456789")
	waiting := raw.New(int32(-1))
	syscall.Write(fds[1], []byte("abc"))
	prove.Ok("FIONREAD", raw.Err(syscall.SYS_IOCTL, uintptr(fds[0]), 0x541b, raw.P(waiting)))
	prove.Equal("bytes in the pipe", *waiting, int32(3))
	_, err = syscall.Sendfile(from, to, nil, 10)
	prove.Fails("to what is open for reading", err, syscall.EBADF)
	for _, fd := range []int{from, to, fds[0], fds[1]} {
		syscall.Close(fd)
	}
}
