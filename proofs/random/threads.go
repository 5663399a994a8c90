package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// Steps with threads print what must hold, whatever the order.
var threadKinds = []kind{
	{"futex", 6, futexAlone}, {"futex", 1, pingPong}, {"futex", 1, mutex}, {"futex", 1, requeue},
	{"threads", 2, interruptOne}, {"threads", 1, pipeline}, {"threads", 1, semaphore}, {"threads", 1, tellThreads},
	{"threads", 1, race}, {"threads", 1, appendAll}, {"threads", 1, neighbours}, {"threads", 1, shortLives},
}

// all runs n goroutines, each on a thread of its own, and waits for them.
func all(n int, body func(i int)) {
	var done sync.WaitGroup
	for i := 0; i < n; i++ {
		i := i
		done.Add(1)
		go func() {
			defer done.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			body(i)
		}()
	}
	done.Wait()
}

// pipeline sends short messages through one pipe, from some threads to some: none is torn, lost or doubled.
func pipeline(w *world, d *dice) {
	ends := w.alloc(8)
	if raw.Err(syscall.SYS_PIPE2, ends, syscall.O_CLOEXEC) != nil {
		return
	}
	in, out := uintptr(half(ends, 0)), uintptr(half(ends, 1))
	writers, messages, size := 1+d.Intn(4), 5+d.Intn(100), 8+d.Intn(700)
	var sum, torn, count uint64
	var writing sync.WaitGroup
	writing.Add(writers)
	all(writers+1, func(i int) {
		if i == 0 {
			go func() { writing.Wait(); raw.Err(syscall.SYS_CLOSE, out) }()
			message := make([]byte, size)
			for {
				for got := 0; got < size; {
					n, err := syscall.Read(int(in), message[got:])
					if n == 0 || err != nil && err != syscall.EINTR {
						return
					}
					if n > 0 {
						got += n
					}
				}
				for _, b := range message {
					if b != message[0] {
						torn++
					}
				}
				sum, count = sum+uint64(message[0]), count+1
			}
		}
		message := make([]byte, size)
		for n := 0; n < messages; n++ {
			for at := range message {
				message[at] = byte(i*50 + n)
			}
			for {
				if _, err := syscall.Write(int(out), message); err != syscall.EINTR {
					break
				}
			}
		}
		writing.Done()
	})
	raw.Err(syscall.SYS_CLOSE, in)
	w.say("%d writers, %d messages of %d: sum %d, torn %d, count %d", writers, messages, size, sum, torn, count)
}

// semaphore has threads give and take by an event counter.
func semaphore(w *world, d *dice) {
	fd, err := raw.Call(syscall.SYS_EVENTFD2, uintptr(d.Intn(5)), 1)
	if err != nil {
		return
	}
	pairs, times := 1+d.Intn(3), 5+d.Intn(50)
	var taken uint64
	all(2*pairs, func(i int) {
		at := raw.New(uint64(1))
		for n := 0; n < times; n++ {
			if i%2 == 0 {
				prove.Ok("giving", raw.Err(syscall.SYS_WRITE, fd, raw.P(at), 8))
			} else if _, err := raw.Call(syscall.SYS_READ, fd, raw.P(at), 8); err == nil {
				atomic.AddUint64(&taken, *at)
			}
		}
	})
	raw.Err(syscall.SYS_CLOSE, fd)
	w.say("%d pairs took %d", pairs, taken)
}

// tellThreads sends queued signals to threads that wait for them.
func tellThreads(w *world, d *dice) {
	threads, each := 1+d.Intn(4), 1+d.Intn(8)
	ids, got := make([]uint64, threads), make([]uint64, threads)
	go func() {
		for i := range ids {
			for atomic.LoadUint64(&ids[i]) == 0 {
				runtime.Gosched()
			}
			for n := 0; n < each; n++ {
				raw.Err(syscall.SYS_TGKILL, uintptr(journal.process), uintptr(ids[i]), 55)
			}
		}
	}()
	all(threads, func(i int) {
		old := mask(0, bit(55))
		atomic.StoreUint64(&ids[i], uint64(syscall.Gettid()))
		set := raw.P(raw.New(bit(55)))
		for n := 0; n < each; n++ {
			if signal, err := raw.Call(syscall.SYS_RT_SIGTIMEDWAIT, set, 0, 0, 8); err == nil && signal == 55 {
				got[i]++
			}
		}
		mask(2, old)
	})
	w.say("%d threads, each took %v", threads, got)
}

// neighbours count in their pages while the pages between are taken away, protected and given back.
func neighbours(w *world, d *dice) {
	threads, times := 1+d.Intn(3), 20+d.Intn(200)
	page := raw.Page
	start, err := raw.Map(0, uintptr(2*threads+1)*page, raw.RW, raw.Anonymous)
	prove.Must("mapping", err)
	var running = int32(threads)
	go func() {
		for i := 0; atomic.LoadInt32(&running) > 0; i++ {
			at := start + uintptr(2*(i%(threads+1)))*page
			raw.At(at, 1)[0] = 1
			raw.Err(syscall.SYS_MADVISE, at, page, raw.MADV_DONTNEED)
			raw.At(at, 1)[0] = 1
			raw.Err(syscall.SYS_MPROTECT, at, page, raw.None)
			raw.Map(at, page, raw.RW, raw.Fixed)
			runtime.Gosched()
		}
		atomic.StoreInt32(&running, -1)
	}()
	all(threads, func(i int) {
		count := raw.Word(start + uintptr(2*i+1)*page)
		for n := 0; n < times; n++ {
			*count++
			if n%20 == 0 {
				syscall.Syscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
			}
		}
		atomic.AddInt32(&running, -1)
	})
	for atomic.LoadInt32(&running) != -1 {
		runtime.Gosched()
	}
	sum := uint32(0)
	for i := 0; i < threads; i++ {
		sum += *raw.Word(start + uintptr(2*i+1)*page)
	}
	w.say("%d threads %d times: %d", threads, times, sum)
	prove.Ok("munmap", raw.Err(syscall.SYS_MUNMAP, start, uintptr(2*threads+1)*page))
}

// shortLives begins threads that end: a locked goroutine takes its thread along.
func shortLives(w *world, d *dice) {
	threads := 1 + d.Intn(4)
	var done sync.WaitGroup
	done.Add(threads)
	for i := 0; i < threads; i++ {
		go func() {
			runtime.LockOSThread()
			done.Done()
		}()
	}
	done.Wait()
	w.say("%d threads ended", threads)
}
