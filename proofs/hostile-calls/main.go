// Proof hostile-calls: wrong numbers, wrong addresses and random arguments get an errno; the process, its
// memory and the kernel live on.
//
//proof:not-in-user-mode QEMU 7.2 answers bad addresses with other errors than Linux
package main

import (
	"fmt"
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// bad are addresses that no call may touch: null, kernel, not canonical, wrapping, unmapped.
var bad = []uintptr{8, 1 << 47, 1<<47 - 8, 1 << 63, 0xffff800000000000, ^uintptr(0) - 4095, ^uintptr(0), 0x7000_dead_0000}

func main() {
	// Calls that do not exist.
	for _, number := range []uintptr{1000, 5000, 1 << 31, ^uintptr(0), 0x40000000} {
		prove.Fails(fmt.Sprintf("call %#x", number), raw.Err(number, 1, 2, 3), syscall.ENOSYS)
	}

	// Every call that takes an address, with every bad address.
	scratch := prove.Scratch()
	prove.Write("f", "0123456789")
	f, err := os.OpenFile("f", os.O_RDWR, 0)
	prove.Must("opening", err)
	fd := f.Fd()
	for _, at := range bad {
		for _, call := range []struct {
			name      string
			number    uintptr
			arguments []uintptr
		}{
			{"read", syscall.SYS_READ, []uintptr{fd, at, 5}},
			{"write", syscall.SYS_WRITE, []uintptr{fd, at, 5}},
			{"pread64", syscall.SYS_PREAD64, []uintptr{fd, at, 5, 0}},
			{"openat", syscall.SYS_OPENAT, []uintptr{raw.AtCwd, at, 0, 0}},
			{"fstat", syscall.SYS_FSTAT, []uintptr{fd, at}},
			{"getcwd", syscall.SYS_GETCWD, []uintptr{at, 100}},
			{"uname", syscall.SYS_UNAME, []uintptr{at}},
			{"pipe2", syscall.SYS_PIPE2, []uintptr{at, 0}},
			{"clock_gettime", syscall.SYS_CLOCK_GETTIME, []uintptr{1, at}},
			{"nanosleep", syscall.SYS_NANOSLEEP, []uintptr{at, 0}},
			{"futex", syscall.SYS_FUTEX, []uintptr{at &^ 3, raw.FUTEX_WAIT, 0, 0}},
			{"rt_sigaction", syscall.SYS_RT_SIGACTION, []uintptr{10, at, 0, 8}},
			{"rt_sigprocmask", syscall.SYS_RT_SIGPROCMASK, []uintptr{0, at, 0, 8}},
			{"sigaltstack", syscall.SYS_SIGALTSTACK, []uintptr{at, 0}},
			{"sched_getaffinity", syscall.SYS_SCHED_GETAFFINITY, []uintptr{0, 128, at}},
			{"getrandom", raw.SYS_GETRANDOM, []uintptr{at, 16, 0}},
			{"sysinfo", syscall.SYS_SYSINFO, []uintptr{at}},
			{"writev", syscall.SYS_WRITEV, []uintptr{fd, at, 2}},
			{"prlimit64", syscall.SYS_PRLIMIT64, []uintptr{0, 7, at, 0}},
			{"timer_create", syscall.SYS_TIMER_CREATE, []uintptr{1, at, at}},
			{"getrusage", syscall.SYS_GETRUSAGE, []uintptr{0, at}},
		} {
			syscall.Seek(int(fd), 0, 0)
			if err := raw.Err(call.number, call.arguments...); err != syscall.EFAULT {
				prove.Fail("%s with address %#x: %v", call.name, at, err)
			}
		}
	}

	// A buffer that ends in nothing: what was there counts, or nothing does.
	two, err := raw.Map(0, 2*raw.Page, raw.RW, raw.Anonymous)
	prove.Must("mapping", err)
	prove.Ok("unmapping the second page", raw.Err(syscall.SYS_MUNMAP, two+raw.Page, raw.Page))
	syscall.Seek(int(fd), 0, 0)
	n, err := raw.Call(syscall.SYS_READ, fd, two+raw.Page-4, 10)
	prove.That(err == nil && n == 4 || err == syscall.EFAULT, "a read half into nothing: %d, %v", n, err)
	// Read-only memory is not written by the kernel either.
	prove.Ok("mprotect", raw.Err(syscall.SYS_MPROTECT, two, raw.Page, syscall.PROT_READ))
	syscall.Seek(int(fd), 0, 0)
	prove.Fails("a read before the beginning, into nothing", raw.Err(syscall.SYS_PREAD64, fd, bad[0], 5, raw.Minus(1)), syscall.EINVAL)
	prove.Fails("a write before the beginning, of nothing", raw.Err(syscall.SYS_PWRITE64, fd, bad[4], 5, raw.Minus(1)), syscall.EINVAL)
	prove.Fails("a read into read-only memory", raw.Err(syscall.SYS_READ, fd, two, 10), syscall.EFAULT)
	prove.Fails("uname into read-only memory", raw.Err(syscall.SYS_UNAME, two), syscall.EFAULT)
	prove.Holds("f", "0123456789")
	f.Close()
	random()
	prove.Leave(scratch)
}

// random gives calls that can do no harm arguments from a fixed sequence.
func random() {
	seed := uint64(0x2545f4914f6cdd1d)
	next := func() uintptr {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		switch seed >> 61 {
		case 0:
			return bad[seed%uint64(len(bad))]
		case 1, 2:
			return uintptr(seed % 64)
		case 3:
			return -uintptr(seed % 4096)
		case 4:
			return uintptr(1) << (seed % 64)
		}
		return uintptr(seed)
	}
	// No address in these leads into memory that Go uses: they are bad or tiny, and 1<<n below is not mapped.
	calls := []uintptr{
		syscall.SYS_READ, syscall.SYS_WRITE, syscall.SYS_PREAD64, syscall.SYS_PWRITE64, syscall.SYS_LSEEK, syscall.SYS_FSTAT,
		syscall.SYS_READV, syscall.SYS_WRITEV, syscall.SYS_MINCORE, syscall.SYS_MSYNC, syscall.SYS_GETDENTS64,
		syscall.SYS_FTRUNCATE, syscall.SYS_GETITIMER, syscall.SYS_CLOCK_GETTIME, syscall.SYS_SIGALTSTACK,
		syscall.SYS_EPOLL_CTL, syscall.SYS_FSYNC, syscall.SYS_TIMER_GETTIME, syscall.SYS_TIMER_SETTIME,
		syscall.SYS_GETPGID, syscall.SYS_UTIMENSAT, syscall.SYS_READLINKAT, syscall.SYS_FALLOCATE, syscall.SYS_FLOCK,
		raw.SYS_STATX, raw.SYS_COPY_FILE_RANGE, raw.SYS_RENAMEAT2, raw.SYS_CLOCK_GETRES, raw.SYS_MEMBARRIER,
	}
	for i := 0; i < 20000; i++ {
		number := calls[int(next()%uintptr(len(calls)))]
		a := [6]uintptr{next(), next(), next(), next(), next(), next()}
		if uint32(a[0]) < 3 { // not the proof's own input and output: descriptors have 32 bits
			a[0] += 1000
		}
		raw.Call(number, a[:]...)
	}
}
