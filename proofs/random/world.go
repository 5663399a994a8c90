package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

const (
	// arena is where programs map and unmap: nothing else lies there, and it is user memory even with Sv39. It is smaller than
	// a large page, which Linux could give instead of small ones.
	arena      = uintptr(0x10_0003_0000)
	arenaPages = 40
	// Descriptors below belong to Go and to the program; above is the limit.
	firstFd, limitFd = 24, 40
	scratchSize      = 1 << 20
	bufferSize       = 96 << 10
)

// world is what the steps of a program act on and what they said.
type world struct {
	said      strings.Builder
	show      bool
	after     string
	step      int
	top       string
	home      string // two directories below it: what a program does by mistake above its own stays there
	inodes    map[uint64]int
	timers    []uintptr
	untold    map[uintptr]bool
	buffer    uintptr // bufferSize bytes that can be read and written
	scratch   uintptr // for arguments, anew in every step
	used      uintptr
	thread    uintptr
	mask      uint64 // of this thread before any program
	allocated bool   // fallocate was called
	files     bool   // a file is mapped: which of its pages are in memory is Linux's own affair
}

func newWorld() *world {
	time.Sleep(time.Microsecond) // Go opens what it waits with
	debug.SetPanicOnFault(true)
	w := &world{thread: uintptr(raw.Gettid())}
	memory, err := raw.Map(0, scratchSize+bufferSize, raw.RW, raw.Anonymous)
	prove.Must("mapping buffers", err)
	w.scratch, w.buffer = memory, memory+scratchSize
	// Linux's file system in memory is the one to be compared with.
	parent := "/dev/shm"
	if os.WriteFile(parent+"/.writable", nil, 0o600) != nil {
		parent = ""
	} else {
		os.Remove(parent + "/.writable")
	}
	w.top, err = os.MkdirTemp(parent, "random")
	prove.Must("making a directory", err)
	w.home = w.top + "/within/two"
	prove.Must("making directories", os.MkdirAll(w.home, 0o755))
	for fd := uintptr(0); fd < firstFd-1; {
		null, err := syscall.Open("/dev/null", syscall.O_RDWR, 0)
		prove.Must("opening /dev/null", err)
		fd = uintptr(null)
		prove.That(fd < firstFd, "descriptor %d is Go's", fd)
	}
	limit := syscall.Rlimit{Cur: limitFd, Max: limitFd}
	prove.Must("limiting descriptors", syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	syscall.Umask(0o022)
	w.mask = w.handleSignals()
	return w
}

// begin makes a fresh world: files, a directory, a link, two mappings.
func (w *world) begin() {
	w.said.Reset()
	w.inodes, w.timers, w.untold, w.files, w.allocated, w.step = map[uint64]int{}, nil, map[uintptr]bool{}, false, false, 0
	prove.Must("entering the directory", os.Chdir(w.home))
	w.used = 0
	w.refill()
	syscall.Mkdir("d", 0o755)
	fd, err := syscall.Open("a", syscall.O_RDWR|syscall.O_CREAT, 0o644)
	prove.Must("making a file", err)
	syscall.Write(fd, raw.At(w.buffer, 9000))
	prove.Equal("the first descriptor", fd, firstFd)
	prove.Ok("writing", os.WriteFile("d/a", raw.At(w.buffer, 3000), 0o644))
	syscall.Symlink("a", "l")
	_, err = raw.Map(arena, 9*raw.Page, raw.RW, raw.Fixed)
	prove.Ok("mapping", err)
	_, err = raw.Map(arena+12*raw.Page, 4*raw.Page, raw.RW, syscall.MAP_SHARED|syscall.MAP_ANON|syscall.MAP_FIXED)
	prove.Ok("mapping", err)
}

// end prints what is left, and removes it.
func (w *world) end() {
	w.step = 0
	w.used = 0
	w.printArena()
	w.endSignals()
	for _, timer := range w.timers {
		raw.Err(syscall.SYS_TIMER_DELETE, timer)
	}
	prove.Ok("close_range", raw.Err(raw.SYS_CLOSE_RANGE, firstFd, 1<<20, 0))
	prove.Ok("munmap", raw.Err(syscall.SYS_MUNMAP, arena, arenaPages*raw.Page))
	prove.Ok("leaving", os.Chdir("/"))
	entries, err := os.ReadDir(w.home)
	prove.Ok("reading the directory", err)
	for _, entry := range entries {
		prove.Ok("removing", os.RemoveAll(w.home+"/"+entry.Name()))
	}
}

func (w *world) leave() { prove.Ok("removing the directory", os.RemoveAll(w.top)) }

func (w *world) say(format string, args ...any) {
	line := fmt.Sprintf("%d "+format+"\n", append([]any{w.step}, args...)...)
	w.said.WriteString(line)
	if w.show {
		fmt.Print("  " + line)
	}
}

// call makes a system call and tells what it answered; `label` says what was asked.
func (w *world) call(label string, number uintptr, args ...uintptr) (uintptr, error) {
	n, err := raw.Call(number, args...)
	w.say("%s = %s", label, answer(n, err))
	return n, err
}

// silent is call for what answers with an address or the like.
func (w *world) silent(label string, number uintptr, args ...uintptr) (uintptr, error) {
	n, err := raw.Call(number, args...)
	if err == nil {
		n = 0
	}
	w.say("%s = %s", label, answer(n, err))
	return n, err
}

func answer(n uintptr, err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return fmt.Sprintf("-%d %v", int(errno), errno)
	}
	return fmt.Sprint(int(n))
}

// --- arguments, which live until the next step begins -------------------------------------------

func (w *world) alloc(size int) uintptr {
	if w.used+uintptr(size) > scratchSize/2 {
		w.used = 0
	}
	at := w.scratch + w.used
	w.used += (uintptr(size) + 15) &^ 15
	fill(raw.At(at, size), 0)
	return at
}

func (w *world) words(values ...uint64) uintptr {
	at := w.alloc(8 * len(values))
	for i, value := range values {
		binary.LittleEndian.PutUint64(raw.At(at+uintptr(8*i), 8), value)
	}
	return at
}

func (w *world) text(s string) uintptr {
	at := w.alloc(len(s) + 1)
	copy(raw.At(at, len(s)), s)
	return at
}

func fill(bytes []byte, value byte) {
	for i := range bytes {
		bytes[i] = value
	}
}

// refill makes the buffer what it was at the beginning.
func (w *world) refill() {
	for i, bytes := 0, raw.At(w.buffer, bufferSize); i < len(bytes); i++ {
		bytes[i] = byte(i) ^ byte(i>>7)
	}
}

func word(at uintptr, i int) uint64 { return binary.LittleEndian.Uint64(raw.At(at+uintptr(8*i), 8)) }
func half(at uintptr, i int) uint32 { return binary.LittleEndian.Uint32(raw.At(at+uintptr(4*i), 4)) }
func putHalf(at uintptr, i int, v uint32) {
	binary.LittleEndian.PutUint32(raw.At(at+uintptr(4*i), 4), v)
}

// digest is of what a call left in memory that it could write.
func digest(bytes []byte) string {
	h := fnv.New32a()
	h.Write(bytes)
	return fmt.Sprintf("%08x", h.Sum32())
}
