package main

import (
	"os"
	"strings"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

func stamps(name string) (accessed, modified time.Time) {
	var stat syscall.Stat_t
	prove.Ok("stat", syscall.Stat(name, &stat))
	return time.Unix(stat.Atim.Unix()), time.Unix(stat.Mtim.Unix())
}

// times proves that files carry times to the nanosecond, that they can be set, and that writing moves them.
func times() {
	const now, omit = 1<<30 - 1, 1<<30 - 2
	prove.Write("times", "x")
	a, m := time.Unix(1000000000, 123456789), time.Unix(1700000000, 987654321)
	prove.Ok("os.Chtimes", os.Chtimes("times", a, m))
	gotA, gotM := stamps("times")
	prove.That(gotA.Equal(a) && gotM.Equal(m), "set to %v %v, got %v %v", a, m, gotA, gotM)

	set := func(fd uintptr, path uintptr, accessed, modified int64, flags uintptr) error {
		pair := raw.New([2]syscall.Timespec{{Sec: 5, Nsec: accessed}, {Sec: 7, Nsec: modified}})
		return raw.Err(syscall.SYS_UTIMENSAT, fd, path, raw.P(pair), flags)
	}
	prove.Ok("only one of them", set(raw.AtCwd, raw.Path("times"), omit, 0, 0))
	gotA, gotM = stamps("times")
	prove.That(gotA.Equal(a) && gotM.Equal(time.Unix(7, 0)), "got %v %v", gotA, gotM)
	prove.Ok("the present", set(raw.AtCwd, raw.Path("times"), now, now, 0))
	gotA, gotM = stamps("times")
	prove.That(time.Since(gotA) < time.Hour && time.Since(gotM) < time.Hour, "got %v %v", gotA, gotM)
	prove.Ok("no times at all", raw.Err(syscall.SYS_UTIMENSAT, raw.AtCwd, raw.Path("times"), 0, 0))
	fd, _ := syscall.Open("times", syscall.O_RDWR, 0)
	prove.Ok("of a descriptor", set(uintptr(fd), 0, 1, 2, 0))
	_, gotM = stamps("times")
	prove.That(gotM.Equal(time.Unix(7, 2)), "got %v", gotM)
	prove.Fails("a thousand million nanoseconds", set(raw.AtCwd, raw.Path("times"), 1e9, 0, 0), syscall.EINVAL)
	prove.Fails("of nothing", set(raw.AtCwd, raw.Path("absent"), 0, 0, 0), syscall.ENOENT)

	syscall.Write(fd, []byte("y"))
	_, gotM = stamps("times")
	prove.That(time.Since(gotM) < time.Hour, "writing sets the time: %v", gotM)
	syscall.Close(fd)
}

// space proves fallocate, fadvise and the calls that write out.
func space() {
	fd, err := syscall.Open("space", syscall.O_CREAT|syscall.O_RDWR, 0o600)
	prove.Ok("open", err)
	size := func() int64 {
		var stat syscall.Stat_t
		prove.Ok("fstat", syscall.Fstat(fd, &stat))
		return stat.Size
	}
	const keepSize = 1
	prove.Ok("fallocate", syscall.Fallocate(fd, 0, 0, 10000))
	prove.Equal("its size", size(), int64(10000))
	prove.Ok("fallocate behind the end", syscall.Fallocate(fd, keepSize, 10000, 10000))
	prove.Equal("the size stays", size(), int64(10000))
	prove.Fails("fallocate of nothing", syscall.Fallocate(fd, 0, 0, 0), syscall.EINVAL)
	prove.Ok("fadvise", raw.Err(syscall.SYS_FADVISE64, uintptr(fd), 0, 0, 2))
	prove.Fails("advice that is none", raw.Err(syscall.SYS_FADVISE64, uintptr(fd), 0, 0, 99), syscall.EINVAL)
	prove.Ok("fdatasync", syscall.Fdatasync(fd))
	prove.Ok("syncfs", raw.Err(raw.SYS_SYNCFS, uintptr(fd)))
	prove.Fails("fsync of a closed descriptor", syscall.Fsync(raw.NoDescriptor), syscall.EBADF)
	prove.Fails("a negative size", syscall.Ftruncate(fd, -1), syscall.EINVAL)
	prove.Fails("truncating too long a path, to less than nothing", syscall.Truncate(strings.Repeat("x", 5000), -1), syscall.EINVAL)
	prove.Fails("truncating nothing", syscall.Truncate("absent", 0), syscall.ENOENT)
	prove.Fails("truncating a directory", syscall.Truncate(".", 0), syscall.EISDIR)
	syscall.Close(fd)
}
