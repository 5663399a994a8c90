// Proof poll: ppoll and pselect6 (and poll and select, where they are) tell what is ready, wait, and time out.
//
//proof:env GODEBUG=asyncpreemptoff=1
package main

import (
	"fmt"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// pollFd is struct pollfd.
type pollFd struct {
	Fd             int32
	Events, Result int16
}

const in, out, errs, hup, invalid = 1, 4, 8, 16, 32

func span(d time.Duration) uintptr {
	if d < 0 {
		return 0
	}
	return raw.P(raw.New(syscall.NsecToTimespec(int64(d))))
}

// interruptible is set when a signal is what the proof waits for.
var interruptible bool

func poll(timeout time.Duration, fds ...pollFd) (int, []pollFd, error) {
	list := append(make([]pollFd, 0, 16), fds...)
	set := raw.New([16]pollFd{})
	copy(set[:], list)
	n, err := raw.Call(syscall.SYS_PPOLL, raw.P(set), uintptr(len(fds)), span(timeout), 0, 8)
	if err == syscall.EINTR && !interruptible {
		return poll(timeout, fds...) // Go's own preemption
	}
	return int(n), set[:len(fds)], err
}

func pipe() (int32, int32) {
	var fds [2]int
	prove.Must("pipe2", syscall.Pipe2(fds[:], syscall.O_NONBLOCK))
	return int32(fds[0]), int32(fds[1])
}

func main() {
	r, w := pipe()
	n, _, err := poll(0, pollFd{r, in, 0})
	prove.That(n == 0 && err == nil, "an empty pipe: %d, %v", n, err)
	start := time.Now()
	n, _, err = poll(20*time.Millisecond, pollFd{r, in, 0})
	prove.That(n == 0 && err == nil && time.Since(start) >= 20*time.Millisecond, "timeout: %d, %v after %v", n, err, time.Since(start))
	n, set, err := poll(0, pollFd{r, in, 0}, pollFd{w, out, 0}, pollFd{-1, in, 0}, pollFd{raw.NoDescriptor, in, 0})
	prove.That(n == 2 && err == nil, "two answers: %d, %v", n, err)
	prove.Equal("to write", set[1].Result, int16(out))
	prove.Equal("no descriptor", set[2].Result, int16(0))
	prove.Equal("a closed descriptor", set[3].Result, int16(invalid))

	syscall.Write(int(w), []byte("x"))
	_, set, _ = poll(-1, pollFd{r, in | out, 0})
	prove.Equal("to read", set[0].Result, int16(in))
	syscall.Read(int(r), make([]byte, 1))
	go func() {
		time.Sleep(15 * time.Millisecond)
		syscall.Write(int(w), []byte("y"))
	}()
	n, set, err = poll(time.Hour, pollFd{r, in, 0})
	prove.That(n == 1 && err == nil && set[0].Result == in, "woken: %d, %v, %v", n, set, err)
	select6(int(r), int(w))
	legacy(int(r), int(w))

	// Ends that are gone.
	r2, w2 := pipe()
	syscall.Close(int(w2))
	_, set, _ = poll(0, pollFd{r2, in, 0})
	prove.Equal("the writer left", set[0].Result, int16(hup))
	r3, w3 := pipe()
	syscall.Close(int(r3))
	_, set, _ = poll(0, pollFd{w3, out, 0})
	prove.Equal("the reader left", set[0].Result, int16(out|errs))

	// A signal ends a wait.
	interruptible = true
	stop := raw.Interrupt(raw.Gettid(), raw.SIGURG)
	_, _, err = poll(time.Hour, pollFd{-1, 0, 0})
	stop()
	prove.Fails("a signal", err, syscall.EINTR)
	prove.Fails("descriptors nowhere", raw.Err(syscall.SYS_PPOLL, 8, 1, 0, 0, 8), syscall.EFAULT)
	prove.Done()
}

// select6 proves pselect6 on a pipe with a byte in it.
func select6(r, w int) {
	reads, writes := raw.New([16]uint64{1 << r}), raw.New([16]uint64{1 << w})
	n, err := raw.Call(syscall.SYS_PSELECT6, uintptr(w)+1, raw.P(reads), raw.P(writes), 0, span(0), 0)
	prove.That(n == 2 && err == nil, "pselect6: %d, %v", n, err)
	prove.That(reads[0] == 1<<r && writes[0] == 1<<w, "sets %x %x", reads[0], writes[0])
	var b [1]byte
	syscall.Read(r, b[:])
	n, err = raw.Call(syscall.SYS_PSELECT6, uintptr(w)+1, raw.P(reads), 0, 0, span(5*time.Millisecond), 0)
	prove.That(n == 0 && err == nil && reads[0] == 0, "nothing to read: %d, %x, %v", n, reads[0], err)
	// Linux looks no further than its descriptor table, which begins with 64 places.
	closed := raw.New([16]uint64{1 << 63})
	prove.Fails("a closed descriptor", raw.Err(syscall.SYS_PSELECT6, 100, raw.P(closed), 0, 0, span(0), 0), syscall.EBADF)
	// A place in the tree never changes: it is in each set at once.
	place, err := syscall.Open(".", raw.O_PATH, 0)
	prove.Must("opening a place", err)
	sets := [3]*[16]uint64{}
	for i := range sets {
		sets[i] = raw.New([16]uint64{1<<r | 1<<place})
	}
	n, err = raw.Call(syscall.SYS_PSELECT6, 64, raw.P(sets[0]), raw.P(sets[1]), raw.P(sets[2]), span(time.Hour), 0)
	prove.That(n == 3 && err == nil, "pselect6 of a place: %d, %v", n, err)
	for i, set := range sets {
		prove.Equal(fmt.Sprint("set ", i), set[0], uint64(1)<<place)
	}
	syscall.Close(place)
	prove.Fails("fewer than none", raw.Err(syscall.SYS_PSELECT6, raw.Minus(1), 0, 0, 0, span(0), 0), syscall.EINVAL)
	start := time.Now()
	n, err = raw.Call(syscall.SYS_PSELECT6, 0, 0, 0, 0, span(10*time.Millisecond), 0)
	prove.That(n == 0 && err == nil && time.Since(start) >= 10*time.Millisecond, "a sleep: %d, %v", n, err)
}
