// Calls tells what system calls and other meetings with the kernel cost, in nanoseconds: one line each,
// "name value". The clock is the kernel's own, so the numbers compare kernels on one machine only.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// measure prints the best of five runs, for what disturbs only makes it slower.
func measure(name string, times int, f func()) {
	measureBatch(name, times, 1, f)
}

// measureBatch is for an f that does the thing `batch` times by itself.
func measureBatch(name string, times, batch int, f func()) {
	best := time.Duration(1 << 62)
	for run := 0; run < 5; run++ {
		start := time.Now()
		for i := 0; i < times; i++ {
			f()
		}
		if took := time.Since(start); took < best {
			best = took
		}
	}
	fmt.Printf("%s %d\n", name, int64(best)/int64(times*batch))
}

func main() {
	measure("getpid", 20000, func() { syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0) })
	measure("time.Now", 20000, func() { time.Now() })

	var fds [2]int
	syscall.Pipe(fds[:])
	b := make([]byte, 1)
	measure("pipe-byte", 5000, func() {
		syscall.Write(fds[1], b)
		syscall.Read(fds[0], b)
	})

	const page, pages = 4096, 1024
	measureBatch("page-fault", 1, pages, func() {
		memory, err := syscall.Mmap(-1, 0, page*pages, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		for i := 0; i < len(memory); i += page {
			memory[i] = 1
		}
		syscall.Munmap(memory)
	})

	f, err := os.Create("/tmp/bench")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	block := make([]byte, 4096)
	measure("file-write-4k", 2000, func() { f.WriteAt(block, 0) })
	measure("file-read-4k", 2000, func() { f.ReadAt(block, 0) })
	measure("open-close", 2000, func() {
		g, _ := os.Open("/tmp/bench")
		g.Close()
	})

	// A goroutine tied to its thread hands a byte to another one: two switches.
	ping, pong := make(chan int), make(chan int)
	go func() {
		runtime.LockOSThread()
		for range ping {
			pong <- 1
		}
	}()
	runtime.LockOSThread()
	measure("thread-round-trip", 2000, func() {
		ping <- 1
		<-pong
	})
}
