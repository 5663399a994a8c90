// Proof epoll: edges and levels, one-shot, EPERM for files, timeouts, opaque data; and eventfd.
//
//proof:env GODEBUG=asyncpreemptoff=1
//proof:not-in-user-mode QEMU 7.2 has no epoll_pwait2
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

const in, out, hup, errs = syscall.EPOLLIN, syscall.EPOLLOUT, syscall.EPOLLHUP, syscall.EPOLLERR

var poller uintptr

func control(op int, fd int, events uint32, data uint64) error {
	event, at := raw.Bytes(raw.EventSize)
	binary.LittleEndian.PutUint32(event, events)
	binary.LittleEndian.PutUint64(event[raw.EventData:], data)
	return raw.Err(syscall.SYS_EPOLL_CTL, poller, uintptr(op), uintptr(fd), at)
}

func add(fd int, events uint32, data uint64) {
	prove.Ok(fmt.Sprintf("adding %d", data), control(syscall.EPOLL_CTL_ADD, fd, events, data))
}

// wait returns what is ready, as data:events words in the order of data.
func wait(timeoutMs int) string {
	buffer, at := raw.Bytes(64 * raw.EventSize)
	n, err := patiently(syscall.SYS_EPOLL_PWAIT, poller, at, 64, uintptr(timeoutMs), 0, 0)
	prove.Ok("epoll_pwait", err)
	found := map[uint64]uint32{}
	for i := 0; i < int(n); i++ {
		event := buffer[i*raw.EventSize:]
		found[binary.LittleEndian.Uint64(event[raw.EventData:])] = binary.LittleEndian.Uint32(event)
	}
	var words []string
	for _, data := range []uint64{1, 2, 3, 4, 0xfeedfacecafebeef} {
		if events, ok := found[data]; ok {
			words = append(words, fmt.Sprintf("%x:%x", data, events))
		}
	}
	return strings.Join(words, " ")
}

// patiently calls again when Go's own preemption has interrupted the wait.
func patiently(number uintptr, arguments ...uintptr) (uintptr, error) {
	for {
		if n, err := raw.Call(number, arguments...); err != syscall.EINTR {
			return n, err
		}
	}
}

func pipe() (int, int) {
	var fds [2]int
	prove.Must("pipe2", syscall.Pipe2(fds[:], syscall.O_NONBLOCK|syscall.O_CLOEXEC))
	return fds[0], fds[1]
}

func main() {
	created, err := raw.Call(syscall.SYS_EPOLL_CREATE1, syscall.EPOLL_CLOEXEC)
	prove.Must("epoll_create1", err)
	poller = created
	start := time.Now()
	prove.Equal("nothing", wait(20), "")
	prove.That(time.Since(start) >= 19*time.Millisecond, "the wait ended after %v", time.Since(start))

	// Level-triggered: reported as long as it is so.
	r, w := pipe()
	add(r, in, 1)
	add(w, out, 2)
	prove.Equal("a new pipe", wait(0), "2:4")
	syscall.Write(w, []byte("abc"))
	prove.Equal("bytes to read", wait(0), "1:1 2:4")
	prove.Equal("still", wait(0), "1:1 2:4")
	syscall.Read(r, make([]byte, 10))
	prove.Equal("read", wait(0), "2:4")
	prove.Ok("deleting", control(syscall.EPOLL_CTL_DEL, w, 0, 0))
	prove.Equal("deleted", wait(0), "")

	// Edge-triggered: once at the start, once for each arrival, data unchanged.
	er, ew := pipe()
	syscall.Write(ew, []byte("x"))
	const opaque = 0xfeedfacecafebeef
	add(er, in|out|raw.EPOLLRDHUP|raw.EPOLLET, opaque)
	prove.Equal("ready when added", wait(0), "feedfacecafebeef:1")
	prove.Equal("no second time", wait(0), "")
	syscall.Write(ew, []byte("y"))
	prove.Equal("an arrival, though unread before", wait(0), "feedfacecafebeef:1")
	prove.Equal("and no more", wait(0), "")
	prove.Ok("modifying arms it again", control(syscall.EPOLL_CTL_MOD, er, in|raw.EPOLLET, opaque))
	prove.Equal("after the change", wait(0), "feedfacecafebeef:1")
	syscall.Close(ew)
	prove.Equal("the writer left", wait(0), fmt.Sprintf("feedfacecafebeef:%x", in|hup))

	// One shot.
	or, ow := pipe()
	add(or, in|raw.ONESHOT, 3)
	syscall.Write(ow, []byte("x"))
	prove.Equal("one shot", wait(0), "3:1")
	syscall.Write(ow, []byte("y"))
	prove.Equal("not again", wait(0), "")
	prove.Ok("arming", control(syscall.EPOLL_CTL_MOD, or, in|raw.ONESHOT, 3))
	prove.Equal("armed", wait(0), "3:1")

	// The reader leaves: the writer sees an error.
	br, bw := pipe()
	add(bw, out, 4)
	syscall.Close(br)
	prove.Equal("nobody reads", wait(0), fmt.Sprintf("4:%x", out|errs))
	prove.Ok("deleting", control(syscall.EPOLL_CTL_DEL, bw, 0, 0))

	// Closing removes the registration; a waiter is woken from another thread.
	syscall.Close(er)
	prove.Equal("closed", wait(0), "")
	go func() {
		time.Sleep(10 * time.Millisecond)
		syscall.Write(w, []byte("wake"))
	}()
	prove.Equal("woken", wait(10000), "1:1")

	// Refusals.
	file, _ := os.Create(os.TempDir() + "/epoll-proof")
	prove.Fails("a regular file", control(syscall.EPOLL_CTL_ADD, int(file.Fd()), in, 9), syscall.EPERM)
	os.Remove(file.Name())
	directory, _ := os.Open("/")
	prove.Fails("a directory", control(syscall.EPOLL_CTL_ADD, int(directory.Fd()), in, 9), syscall.EPERM)
	prove.Fails("twice", control(syscall.EPOLL_CTL_ADD, r, in, 9), syscall.EEXIST)
	prove.Fails("deleting what is not there", control(syscall.EPOLL_CTL_DEL, w, in, 9), syscall.ENOENT)
	prove.Fails("a closed descriptor", control(syscall.EPOLL_CTL_ADD, raw.NoDescriptor, in, 9), syscall.EBADF)
	prove.Fails("itself", control(syscall.EPOLL_CTL_ADD, int(poller), in, 9), syscall.EINVAL)
	_, at := raw.Bytes(64)
	prove.Fails("no room for events", raw.Err(syscall.SYS_EPOLL_PWAIT, poller, at, 0, 0, 0, 0), syscall.EINVAL)
	prove.Fails("not an epoll", raw.Err(syscall.SYS_EPOLL_PWAIT, uintptr(r), at, 1, 0, 0, 0), syscall.EINVAL)
	prove.Fails("events nowhere", raw.Err(syscall.SYS_EPOLL_PWAIT, poller, 8, 4, 0, 0, 0), syscall.EFAULT)
	eventfds()
	variants(r, w)
	prove.Done()
}

// variants proves the other calls that wait, and that a level stays seen through each.
func variants(r, w int) {
	syscall.Read(r, make([]byte, 100))
	buffer, at := raw.Bytes(raw.EventSize)
	limit := raw.P(raw.New(syscall.NsecToTimespec(int64(5 * time.Millisecond))))
	start := time.Now()
	n, err := patiently(raw.SYS_EPOLL_PWAIT2, poller, at, 1, limit, 0, 8)
	prove.That(n == 0 && err == nil && time.Since(start) >= 5*time.Millisecond, "epoll_pwait2 times out: %d, %v", n, err)
	syscall.Write(w, []byte("x"))
	n, err = patiently(raw.SYS_EPOLL_PWAIT2, poller, at, 1, 0, 0, 8)
	prove.That(n == 1 && err == nil && buffer[0] == in, "epoll_pwait2: %d, %v", n, err)

	// An epoll is itself something to wait for.
	outer, err := raw.Call(syscall.SYS_EPOLL_CREATE1, 0)
	prove.Ok("epoll_create1", err)
	event, eventAt := raw.Bytes(raw.EventSize)
	binary.LittleEndian.PutUint32(event, in)
	err = raw.Err(syscall.SYS_EPOLL_CTL, outer, syscall.EPOLL_CTL_ADD, poller, eventAt)
	if err != syscall.ELOOP { // Linux refuses it from the sixth level on, we from the second
		prove.Ok("an epoll in an epoll", err)
		n, err = patiently(syscall.SYS_EPOLL_PWAIT, outer, at, 1, 1000, 0, 0)
		prove.That(n == 1 && err == nil, "the inner one is ready: %d, %v", n, err)
	}

	// The mask lets a blocked signal in for the wait alone.
	all, old := raw.New(uint64(1<<(raw.SIGURG-1))), raw.New(uint64(0))
	id := raw.Gettid()
	raw.Call(syscall.SYS_RT_SIGPROCMASK, 0, raw.P(all), raw.P(old), 8)
	raw.Call(syscall.SYS_TGKILL, uintptr(syscall.Getpid()), uintptr(id), raw.SIGURG)
	syscall.Read(r, make([]byte, 100))
	err = raw.Err(syscall.SYS_EPOLL_PWAIT, poller, at, 1, 5000, raw.P(old), 8)
	prove.Fails("a signal let in", err, syscall.EINTR)
	raw.Call(syscall.SYS_RT_SIGPROCMASK, 2, raw.P(old), 0, 8)
	prove.Fails("unknown flags", raw.Err(syscall.SYS_EPOLL_CREATE1, 1), syscall.EINVAL)
	legacy(at)
}
