// Proof pipes: bytes in order, deadlines, end of file, and EPIPE when nobody reads. What another goroutine waits for is
// a prove.Must, so that the proof ends where such a call fails.
package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"proofs/prove"
)

func main() {
	// A megabyte through the 64 KiB of a pipe, read in odd pieces.
	r, w, err := os.Pipe()
	prove.Must("pipe", err)
	sent := make([]byte, 1<<20)
	for i := range sent {
		sent[i] = byte(i * i >> 4)
	}
	go func() {
		for rest := sent; len(rest) > 0; {
			n, err := w.Write(rest[:min(len(rest), 70001)])
			prove.Must("writing", err)
			rest = rest[n:]
		}
		prove.Must("closing", w.Close())
	}()
	var got bytes.Buffer
	piece := make([]byte, 777)
	for {
		n, err := r.Read(piece)
		got.Write(piece[:n])
		if err != nil {
			prove.That(err == io.EOF, "the pipe ends by %v", err)
			break
		}
	}
	prove.That(bytes.Equal(got.Bytes(), sent), "all bytes came in order: %d of %d", got.Len(), len(sent))
	r.Close()

	// Deadlines end a read that nobody answers; afterwards the pipe still works.
	r, w, err = os.Pipe()
	prove.Must("pipe", err)
	start := time.Now()
	prove.Must("deadline", r.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
	_, err = r.Read(piece)
	prove.Fails("a read past its deadline", err, os.ErrDeadlineExceeded)
	prove.That(time.Since(start) >= 20*time.Millisecond, "it came after %v", time.Since(start))
	prove.Must("no deadline", r.SetReadDeadline(time.Time{}))
	go func() {
		time.Sleep(5 * time.Millisecond)
		_, err := w.WriteString("late")
		prove.Must("writing late", err)
	}()
	n, err := r.Read(piece)
	prove.Ok("a read that waits", err)
	prove.Equal("what came", string(piece[:n]), "late")

	// A full pipe stops the writer at the deadline, having taken 64 KiB.
	// On a busy machine it may pass before the write begins.
	taken := 0
	prove.Eventually("64 KiB were taken", func() bool {
		prove.Must("deadline", w.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
		n, err := w.Write(sent[:100000])
		prove.Fails("a write into a full pipe", err, os.ErrDeadlineExceeded)
		taken += n
		return taken >= 65536
	})
	prove.Equal("bytes taken", taken, 65536)

	// Closing wakes a reader of the same end.
	r2, w2, err := os.Pipe()
	prove.Must("pipe", err)
	prove.Must("it is one that Close wakes", r2.SetReadDeadline(time.Time{}))
	closed := make(chan bool)
	go func() {
		time.Sleep(5 * time.Millisecond)
		r2.Close()
		close(closed)
	}()
	_, err = r2.Read(piece)
	prove.Fails("a read of what is closed meanwhile", err, os.ErrClosed)
	// The reader is told first; the end is closed when Close comes back.
	<-closed

	// Writing without a reader: EPIPE, and SIGPIPE for those who want it.
	pipeSignal := make(chan os.Signal, 1)
	signal.Notify(pipeSignal, syscall.SIGPIPE)
	_, err = w2.Write([]byte("x"))
	prove.That(errors.Is(err, syscall.EPIPE), "a write without a reader: %v", err)
	prove.Within("SIGPIPE", func() { <-pipeSignal })
	rawPipes()
	fifos()
	prove.Done()
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}
