package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"

	"proofs/prove"
)

type node struct {
	left, right *node
	bytes       []byte
}

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{tree(depth - 1), tree(depth - 1), make([]byte, 1<<depth)}
}

func (n *node) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.count() + n.right.count()
}

func garbage(number int) {
	depth := 5 + number%5
	prove.Equal("a tree", tree(depth).count(), 1<<depth-1)
}

func files(number int) {
	written := bytes.Repeat([]byte{byte(number), 7}, 1+number*97%9000)
	prove.Ok("writing a file", os.WriteFile("new", written, 0o600))
	prove.Ok("renaming it", os.Rename("new", "file"))
	read, err := os.ReadFile("file")
	prove.That(err == nil && bytes.Equal(read, written), "a file is what was written: %v", err)
	prove.Ok("making directories", os.MkdirAll(fmt.Sprintf("d/%d", number), 0o700))
	prove.Ok("linking", os.Symlink("file", fmt.Sprintf("d/%d/link", number)))
	prove.Ok("removing all", os.RemoveAll("d"))
	if number%2 == 0 {
		prove.Ok("removing a file", os.Remove("file"))
	}
}

// pipe has a reader who waits, as Go waits for the network, and gives up once.
func pipe(number int) {
	in, out, err := os.Pipe()
	prove.Must("a pipe", err)
	defer in.Close()
	go func() {
		defer out.Close()
		for i := 0; i < 5; i++ {
			out.Write(bytes.Repeat([]byte{byte(i)}, 1000))
			runtime.Gosched()
		}
	}()
	read, err := io.ReadAll(in)
	prove.That(err == nil && len(read) == 5000, "%d bytes through a pipe: %v", len(read), err)

	in, out, err = os.Pipe()
	prove.Must("a pipe", err)
	defer out.Close()
	defer in.Close()
	prove.Ok("a deadline", in.SetReadDeadline(time.Now().Add(time.Millisecond)))
	_, err = in.Read(read)
	prove.Fails("reading in vain", err, os.ErrDeadlineExceeded)
}

func timers(number int) {
	var fired sync.WaitGroup
	for i := 0; i < 20; i++ {
		fired.Add(1)
		timer := time.AfterFunc(time.Duration(i*number%7)*time.Millisecond, fired.Done)
		if i%2 == 0 && timer.Stop() {
			fired.Done()
		}
	}
	ticker := time.NewTicker(time.Millisecond)
	for i := 0; i < 3; i++ {
		<-ticker.C
	}
	ticker.Stop()
	late, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	<-late.Done()
	fired.Wait()
}

func signals(number int) {
	came := make(chan os.Signal, 1)
	signal.Notify(came, syscall.SIGUSR1)
	defer signal.Stop(came)
	prove.Ok("kill", syscall.Kill(os.Getpid(), syscall.SIGUSR1))
	<-came
}

func mapping(number int) {
	memory, err := syscall.Mmap(-1, 0, 1<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	prove.Must("mapping", err)
	for at := 0; at < len(memory); at += 4096 * (1 + number%9) {
		memory[at] = 1
	}
	prove.Ok("unmapping", syscall.Munmap(memory))
}

// thread ends with its thread, because it never unlocks it.
func thread(number int) { runtime.LockOSThread() }
