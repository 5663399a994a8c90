package main

import (
	"os"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// locks proves flock between open files, and record locks, which one process never refuses itself.
func locks() {
	a, b := open("lock", os.O_RDWR|os.O_CREATE), open("lock", os.O_RDWR)
	prove.Ok("shared", syscall.Flock(a, syscall.LOCK_SH))
	prove.Ok("shared twice", syscall.Flock(b, syscall.LOCK_SH|syscall.LOCK_NB))
	prove.Fails("alone beside a sharer", syscall.Flock(b, syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
	prove.Ok("letting go", syscall.Flock(a, syscall.LOCK_UN))
	prove.Ok("alone", syscall.Flock(b, syscall.LOCK_EX|syscall.LOCK_NB))
	go func() {
		time.Sleep(15 * time.Millisecond)
		syscall.Close(b) // the last of the open file lets go
	}()
	prove.Within("waiting for the lock", func() { prove.Ok("alone after it", syscall.Flock(a, syscall.LOCK_EX)) })
	prove.Fails("no lock at all", syscall.Flock(a, 0), syscall.EINVAL)
	prove.Fails("a closed descriptor", syscall.Flock(raw.NoDescriptor, syscall.LOCK_SH), syscall.EBADF)

	record := raw.New(syscall.Flock_t{Type: syscall.F_WRLCK, Start: 10, Len: 5})
	_, err := fcntl(a, syscall.F_SETLK, raw.P(record))
	prove.Ok("F_SETLK", err)
	_, err = fcntl(a, syscall.F_SETLKW, raw.P(record))
	prove.Ok("F_SETLKW on what is ours", err)
	query := raw.New(syscall.Flock_t{Type: syscall.F_WRLCK, Start: 12, Len: 1})
	_, err = fcntl(a, syscall.F_GETLK, raw.P(query))
	prove.That(err == nil && query.Type == syscall.F_UNLCK, "F_GETLK: %v, %v", query.Type, err)
	record.Type = 77
	_, err = fcntl(a, syscall.F_SETLK, raw.P(record))
	prove.Fails("a lock that is none", err, syscall.EINVAL)
	syscall.Close(a)
}

// terminals proves what is no terminal, and that standard output says one thing however it is asked.
func terminals() {
	const getAttributes, getSize = 0x5401, 0x5413
	file := open("lock", os.O_RDONLY)
	state, at := raw.Bytes(64)
	prove.Fails("a file is no terminal", raw.Err(syscall.SYS_IOCTL, uintptr(file), getAttributes, at), syscall.ENOTTY)
	prove.Fails("a file has no size in characters", raw.Err(syscall.SYS_IOCTL, uintptr(file), getSize, at), syscall.ENOTTY)
	prove.Fails("a closed descriptor", raw.Err(syscall.SYS_IOCTL, raw.NoDescriptor, getAttributes, at), syscall.EBADF)
	null := open("/dev/null", os.O_RDWR)
	prove.Fails("/dev/null is no terminal", raw.Err(syscall.SYS_IOCTL, uintptr(null), getAttributes, at), syscall.ENOTTY)

	// A console that is a byte stream is none either; a terminal answers all of this.
	if raw.Err(syscall.SYS_IOCTL, 1, getAttributes, at) == nil {
		for _, set := range []uintptr{0x5402, 0x5403, 0x5404} {
			prove.Ok("setting attributes", raw.Err(syscall.SYS_IOCTL, 1, set, at))
		}
		prove.That(state[0]|state[1]|state[12] != 0, "the attributes are not all zero")
		prove.Ok("the size", raw.Err(syscall.SYS_IOCTL, 1, getSize, at))
		prove.Ok("setting the size", raw.Err(syscall.SYS_IOCTL, 1, 0x5414, at))
		prove.Ok("the group", raw.Err(syscall.SYS_IOCTL, 1, 0x540f, at))
	}
	syscall.Close(file)
	syscall.Close(null)
}
