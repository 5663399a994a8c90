package main

import (
	"fmt"
	"strings"
	"syscall"
	"unsafe"

	"proofs/raw"
)

var nameKinds = []kind{
	{"names", 5, makeDirectory}, {"names", 5, remove}, {"names", 6, rename}, {"names", 4, link}, {"names", 3, symlink},
	{"names", 3, readLink}, {"names", 3, changeMode}, {"names", 2, access}, {"names", 3, setTimes},
	{"names", 4, entries}, {"names", 2, changeDirectory}, {"names", 2, currentDirectory}, {"names", 3, stat}, {"names", 4, open},
}

func pointer(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }

// fileName is a name that may exist and where it starts from.
func (w *world) fileName(d *dice) (uintptr, string) {
	at := raw.AtCwd
	if d.one(8) {
		at = w.fd(d)
	}
	switch {
	case d.one(60):
		return at, strings.Repeat("x", pick(d, 255, 256, 4095, 4096, 5000))
	case d.one(60):
		return at, strings.Repeat("d/../", 1+d.Intn(900)) + "a"
	case d.one(8):
		return at, pick(d, "", ".", "a/", "d/", "d/.", "d/..", "a/b", "l/", "m/", "nothing/a", "./a", "d//a", "a/.", "d/e/..", "loop", "l/a")
	}
	return at, pick(d, "a", "b", "c", "d", "l", "m", "d/a", "d/b", "d/e", "d/e/a", "d/e/f", "d/l", "m/a", "e", "e/a")
}

// inLimit is for a second path, and for one beside flags: one that is no path at all is noticed sooner here than on Linux,
// before the first is walked, or the flags are looked at.
func inLimit(path string) string {
	if len(path) > 4095 {
		return path[:4095]
	}
	return path
}

// anyName is for what leaves the root and the directory above unharmed.
func (w *world) anyName(d *dice) (uintptr, string) {
	if d.one(25) {
		return raw.AtCwd, pick(d, "/", "..", "../..", "/.")
	}
	return w.fileName(d)
}

// brief names a long path by its length.
func brief(path string) string {
	if len(path) < 60 {
		return path
	}
	return fmt.Sprintf("%s... of %d", path[:5], len(path))
}

func makeDirectory(w *world, d *dice) {
	at, path := w.anyName(d)
	mode := pick(d, 0o755, 0o700, 0o777)
	w.call(fmt.Sprintf("mkdirat(%d, %q, %#o)", int(at), brief(path), mode), syscall.SYS_MKDIRAT, at, w.text(path), uintptr(mode))
}

func remove(w *world, d *dice) {
	at, path := w.anyName(d)
	flags := pick(d, 0, 0, 0, raw.AT_REMOVEDIR, raw.AT_REMOVEDIR, raw.AT_REMOVEDIR, 1)
	w.call(fmt.Sprintf("unlinkat(%d, %q, %#x)", int(at), brief(path), flags), syscall.SYS_UNLINKAT, at, w.text(path), uintptr(flags))
}

func rename(w *world, d *dice) {
	at, path := w.fileName(d)
	to, target := w.fileName(d)
	flags := pick(d, 0, 0, 0, 0, 1, 2, 3, 16)
	target = inLimit(target)
	if len(path)+len(target) > 200 {
		flags = 0
	}
	w.call(fmt.Sprintf("renameat2(%d, %q, %d, %q, %d)", int(at), brief(path), int(to), brief(target), flags),
		raw.SYS_RENAMEAT2, at, w.text(path), to, w.text(target), uintptr(flags))
}

func link(w *world, d *dice) {
	at, path := w.fileName(d)
	to, target := w.fileName(d)
	target = inLimit(target)
	flags := pick(d, 0, 0, 0, raw.AT_SYMLINK_FOLLOW, raw.AT_EMPTY_PATH, 1)
	w.call(fmt.Sprintf("linkat(%d, %q, %d, %q, %#x)", int(at), brief(path), int(to), brief(target), flags),
		syscall.SYS_LINKAT, at, w.text(path), to, w.text(target), uintptr(flags))
}

func symlink(w *world, d *dice) {
	at, path := w.fileName(d)
	_, target := w.fileName(d)
	if d.one(3) {
		target = pick(d, "loop", "m", "d", "d/..", "d/../b", "nothing", "d/e/a", path)
	}
	w.call(fmt.Sprintf("symlinkat(%q, %d, %q)", brief(target), int(at), brief(path)), syscall.SYS_SYMLINKAT, w.text(target), at, w.text(path))
}

func readLink(w *world, d *dice) {
	at, path := w.fileName(d)
	size := pick(d, 100, 100, 2, 1, 0)
	n, err := raw.Call(syscall.SYS_READLINKAT, at, w.text(path), w.buffer, uintptr(size))
	w.told(fmt.Sprintf("readlinkat(%d, %q, %d)", int(at), brief(path), size), n, err, w.buffer, "buffer")
	w.refill()
}

// changeMode never takes a right from the owner: the witness need not be root.
func changeMode(w *world, d *dice) {
	mode := pick(d, 0o644, 0o755, 0o700, 0o777, 0o1755)
	if d.one(2) {
		fd := w.fd(d)
		if strings.HasPrefix(w.kindOf(fd), "anon_inode:") {
			return // Linux refuses it since 6.16
		}
		w.call(fmt.Sprintf("fchmod(%d, %#o)", int(fd), mode), syscall.SYS_FCHMOD, fd, uintptr(mode))
		return
	}
	at, path := w.fileName(d)
	w.call(fmt.Sprintf("fchmodat(%d, %q, %#o)", int(at), brief(path), mode), syscall.SYS_FCHMODAT, at, w.text(path), uintptr(mode))
}

func access(w *world, d *dice) {
	at, path := w.anyName(d)
	path = inLimit(path)
	mode, flags := d.Intn(9), pick(d, 0, 0, raw.AT_SYMLINK_NOFOLLOW, raw.AT_EMPTY_PATH, 0x200, 1)
	w.call(fmt.Sprintf("faccessat2(%d, %q, %d, %#x)", int(at), brief(path), mode, flags), raw.SYS_FACCESSAT2, at, w.text(path), uintptr(mode), uintptr(flags))
}

func setTimes(w *world, d *dice) {
	at, path := w.fileName(d)
	const now, omit = 1<<30 - 1, 1<<30 - 2
	nanoseconds := func() uint64 { return pick[uint64](d, 0, 5, 999_999_999, omit, now, 1_000_000_000, 1<<63) }
	access, modified := nanoseconds(), nanoseconds()
	times := w.words(uint64(d.Intn(1<<31)), access, uint64(d.Intn(1<<31)), modified)
	flags := pick(d, 0, 0, raw.AT_SYMLINK_NOFOLLOW, 1)
	if access == omit && modified == omit {
		flags = 0 // nothing is to be done: Linux looks no further
	}
	path = inLimit(path)
	_, err := w.call(fmt.Sprintf("utimensat(%d, %q, %d %d, %#x)", int(at), brief(path), int(access), int(modified), flags),
		syscall.SYS_UTIMENSAT, at, w.text(path), times, uintptr(flags))
	status := w.alloc(256)
	if err != nil || raw.Err(statAt, at, w.text(path), status, uintptr(flags)) != nil {
		return
	}
	s := (*syscall.Stat_t)(pointer(status))
	if access != now && access != omit {
		w.say("  accessed %d.%d", s.Atim.Sec, s.Atim.Nsec)
	}
	if modified != now && modified != omit {
		w.say("  modified %d.%d", s.Mtim.Sec, s.Mtim.Nsec)
	}
}

func changeDirectory(w *world, d *dice) {
	if d.one(2) {
		fd := w.fd(d)
		w.call(fmt.Sprintf("fchdir(%d)", int(fd)), syscall.SYS_FCHDIR, fd)
	} else {
		_, path := w.fileName(d)
		if strings.HasPrefix(path, "/") {
			path = "."
		}
		w.call(fmt.Sprintf("chdir(%q)", brief(path)), syscall.SYS_CHDIR, w.text(path))
	}
	// Above its own directory a program has no business.
	if here, err := syscall.Getwd(); err == nil && !strings.HasPrefix(here, w.home) && !strings.HasPrefix(here, "(") {
		syscall.Chdir(w.home)
	}
}

func currentDirectory(w *world, d *dice) {
	size := pick(d, 4096, 4096, 4096, 5, 1, 0)
	buffer := w.alloc(4096)
	n, err := raw.Call(syscall.SYS_GETCWD, buffer, uintptr(size))
	path := ""
	if err == nil {
		path = string(raw.At(buffer, int(n)-1))
		n = 0
	}
	w.say("getcwd(%d) = %s %q", size, answer(n, err), strings.TrimPrefix(path, w.home))
}
