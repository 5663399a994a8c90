// Proof descriptors: duplicates share an offset, the lowest number is given, flags belong to the descriptor
// or to the open file as they should; vectors, locks, sendfile and what a terminal is asked.
package main

import (
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

func fcntl(fd int, command int, argument ...uintptr) (int, error) {
	n, err := raw.Call(syscall.SYS_FCNTL, append([]uintptr{uintptr(fd), uintptr(command)}, argument...)...)
	return int(n), err
}

func open(name string, flags int) int {
	fd, err := syscall.Open(name, flags, 0o644)
	prove.Must("opening "+name, err)
	return fd
}

func main() {
	scratch := prove.Scratch()
	duplicates()
	flags()
	ranges()
	vectors()
	transfers()
	locks()
	terminals()
	noneLeft()
	prove.Leave(scratch)
}

// duplicates proves dup and its kin.
func duplicates() {
	fd := open("f", os.O_RDWR|os.O_CREATE)
	second, err := syscall.Dup(fd)
	prove.Ok("dup", err)
	prove.That(second > fd, "dup gives %d for %d", second, fd)
	syscall.Write(fd, []byte("abc"))
	at, err := syscall.Seek(second, 0, 1)
	prove.That(at == 3 && err == nil, "the offset is shared: %d, %v", at, err)

	const high = 50
	prove.Ok("dup3", syscall.Dup3(fd, high, syscall.O_CLOEXEC))
	now, err := fcntl(high, syscall.F_GETFD)
	prove.That(now == syscall.FD_CLOEXEC && err == nil, "dup3 with O_CLOEXEC: %d, %v", now, err)
	prove.Fails("dup3 to itself", syscall.Dup3(fd, fd, 0), syscall.EINVAL)
	prove.Fails("dup3 with other flags", syscall.Dup3(fd, high, syscall.O_APPEND), syscall.EINVAL)
	prove.Fails("dup3 of nothing", syscall.Dup3(raw.NoDescriptor, high, 0), syscall.EBADF)
	prove.Fails("dup3 to no number", syscall.Dup3(fd, -1, 0), syscall.EBADF)

	third, err := fcntl(fd, syscall.F_DUPFD, 60)
	prove.That(third == 60 && err == nil, "F_DUPFD from 60: %d, %v", third, err)
	fourth, err := fcntl(fd, raw.F_DUPFD_CLOEXEC, 60)
	prove.That(fourth == 61 && err == nil, "F_DUPFD_CLOEXEC from 60: %d, %v", fourth, err)
	now, _ = fcntl(fourth, syscall.F_GETFD)
	prove.Equal("its flag", now, syscall.FD_CLOEXEC)
	_, err = fcntl(fd, syscall.F_DUPFD, raw.Minus(1))
	prove.Fails("F_DUPFD from -1", err, syscall.EINVAL)

	// The lowest free number is the next one.
	lowest := open("f", os.O_RDONLY)
	syscall.Close(lowest)
	again := open("f", os.O_RDONLY)
	prove.Equal("the lowest free descriptor", again, lowest)
	legacyDup(fd)
	for _, fd := range []int{fd, second, high, third, fourth, again} {
		prove.Ok("close", syscall.Close(fd))
		prove.Fails("close twice", syscall.Close(fd), syscall.EBADF)
	}
	_, err = fcntl(fd, syscall.F_GETFD)
	prove.Fails("a closed descriptor", err, syscall.EBADF)
	_, err = fcntl(0, 9999)
	prove.Fails("a command that is none", err, syscall.EINVAL)
}

// flags proves that O_APPEND and O_NONBLOCK belong to the open file, FD_CLOEXEC to the descriptor.
func flags() {
	fd := open("f", os.O_RDWR|syscall.O_CLOEXEC)
	second, _ := syscall.Dup(fd)
	now, _ := fcntl(fd, syscall.F_GETFD)
	prove.Equal("O_CLOEXEC", now, syscall.FD_CLOEXEC)
	now, _ = fcntl(second, syscall.F_GETFD)
	prove.Equal("not for the duplicate", now, 0)
	_, err := fcntl(fd, syscall.F_SETFD, 0)
	prove.Ok("F_SETFD", err)
	now, _ = fcntl(fd, syscall.F_GETFD)
	prove.Equal("taken away", now, 0)

	const access = 3
	now, err = fcntl(fd, syscall.F_GETFL)
	prove.That(err == nil && now&access == os.O_RDWR && now&syscall.O_APPEND == 0, "F_GETFL: %#x, %v", now, err)
	_, err = fcntl(fd, syscall.F_SETFL, uintptr(syscall.O_APPEND|syscall.O_NONBLOCK))
	prove.Ok("F_SETFL", err)
	now, _ = fcntl(second, syscall.F_GETFL)
	prove.Equal("both see it", now&(syscall.O_APPEND|syscall.O_NONBLOCK), syscall.O_APPEND|syscall.O_NONBLOCK)
	syscall.Write(second, []byte("d"))
	prove.Holds("f", "abcd")

	// A path alone can be looked at, not read.
	path := open("f", raw.O_PATH)
	var stat syscall.Stat_t
	prove.Ok("fstat of a path", syscall.Fstat(path, &stat))
	_, err = syscall.Read(path, make([]byte, 1))
	prove.Fails("reading a path", err, syscall.EBADF)

	// By ioctl.
	_, err = raw.Call(syscall.SYS_IOCTL, uintptr(fd), 0x5451) // FIOCLEX
	prove.Ok("FIOCLEX", err)
	now, _ = fcntl(fd, syscall.F_GETFD)
	prove.Equal("closed on exec", now, syscall.FD_CLOEXEC)
	_, err = raw.Call(syscall.SYS_IOCTL, uintptr(fd), 0x5450) // FIONCLEX
	prove.Ok("FIONCLEX", err)
	now, _ = fcntl(fd, syscall.F_GETFD)
	prove.Equal("not closed on exec", now, 0)
	off := raw.New(int32(0))
	prove.Ok("FIONBIO", raw.Err(syscall.SYS_IOCTL, uintptr(fd), 0x5421, raw.P(off)))
	now, _ = fcntl(fd, syscall.F_GETFL)
	prove.Equal("blocking", now&syscall.O_NONBLOCK, 0)
	for _, fd := range []int{fd, second, path} {
		syscall.Close(fd)
	}
}

// ranges proves close_range.
func ranges() {
	for number := 100; number < 110; number++ {
		_, err := fcntl(0, syscall.F_DUPFD, uintptr(number))
		prove.Ok("F_DUPFD", err)
	}
	const onExec = 4
	prove.Ok("marking 108 and 109", raw.Err(raw.SYS_CLOSE_RANGE, 108, 200, onExec))
	now, err := fcntl(109, syscall.F_GETFD)
	prove.That(now == 1 && err == nil, "109: %d, %v", now, err)
	prove.Ok("closing 102 to 105", raw.Err(raw.SYS_CLOSE_RANGE, 102, 105, 0))
	left := ""
	for number := 100; number < 110; number++ {
		if _, err := fcntl(number, syscall.F_GETFD); err == nil {
			left += string(rune('0' + number - 100))
		}
	}
	prove.Equal("left", left, "016789")
	prove.Ok("closing the rest", raw.Err(raw.SYS_CLOSE_RANGE, 100, ^uintptr(0)>>32, 0))
	_, err = fcntl(109, syscall.F_GETFD)
	prove.Fails("closed", err, syscall.EBADF)
	prove.Fails("an end before the start", raw.Err(raw.SYS_CLOSE_RANGE, 105, 100, 0), syscall.EINVAL)
}
