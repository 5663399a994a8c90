package main

import (
	"encoding/binary"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

func put(fd uintptr, value uint64) error {
	buffer := make([]byte, 8)
	binary.LittleEndian.PutUint64(buffer, value)
	n, err := syscall.Write(int(fd), buffer)
	prove.That(err != nil || n == 8, "a write gives %d", n)
	return err
}

func get(fd uintptr) (uint64, error) {
	buffer := make([]byte, 8)
	_, err := syscall.Read(int(fd), buffer)
	return binary.LittleEndian.Uint64(buffer), err
}

// eventfds proves eventfd2: a counter that is read and written, blocks, polls, and never overflows.
func eventfds() {
	const semaphore = 1
	fd, err := raw.Call(syscall.SYS_EVENTFD2, 3, syscall.O_NONBLOCK|syscall.O_CLOEXEC)
	prove.Must("eventfd2", err)
	value, err := get(fd)
	prove.That(value == 3 && err == nil, "the first value: %d, %v", value, err)
	_, err = get(fd)
	prove.Fails("nothing there", err, syscall.EAGAIN)
	prove.Ok("adding", put(fd, 1))
	prove.Ok("adding", put(fd, 41))
	value, _ = get(fd)
	prove.Equal("the sum", value, uint64(42))

	// Full.
	prove.Ok("the largest value", put(fd, ^uint64(0)-1))
	prove.Fails("one more", put(fd, 1), syscall.EAGAIN)
	prove.Fails("a value that is none", put(fd, ^uint64(0)), syscall.EINVAL)
	value, _ = get(fd)
	prove.Equal("full", value, ^uint64(0)-1)
	_, err = syscall.Write(int(fd), make([]byte, 4))
	prove.Fails("a short write", err, syscall.EINVAL)
	_, err = syscall.Read(int(fd), make([]byte, 4))
	prove.Fails("a short read", err, syscall.EINVAL)
	_, err = syscall.Seek(int(fd), 0, 0)
	prove.That(err == nil || err == syscall.ESPIPE, "seek: %v", err)

	// A semaphore gives one at a time; blocking reads wait.
	fd, err = raw.Call(syscall.SYS_EVENTFD2, 2, semaphore)
	prove.Must("eventfd2", err)
	for i := 0; i < 2; i++ {
		value, _ = get(fd)
		prove.Equal("one at a time", value, uint64(1))
	}
	go func() {
		time.Sleep(10 * time.Millisecond)
		put(fd, 1)
	}()
	prove.Within("a read that waits", func() {
		value, err := get(fd)
		prove.That(value == 1 && err == nil, "it gives %d, %v", value, err)
	})
	prove.Fails("unknown flags", raw.Err(syscall.SYS_EVENTFD2, 0, 0x10000), syscall.EINVAL)
}
