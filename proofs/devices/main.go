// Proof devices: the files of /dev that programs rely on.
package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"syscall"

	"proofs/prove"
)

func open(name string) *os.File {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	prove.Must("opening "+name, err)
	return f
}

func main() {
	null := open("/dev/null")
	n, err := null.Write([]byte("gone"))
	prove.That(n == 4 && err == nil, "/dev/null takes all: %d, %v", n, err)
	n, err = null.Read(make([]byte, 10))
	prove.That(n == 0 && err == io.EOF, "/dev/null gives nothing: %d, %v", n, err)

	zero := open("/dev/zero")
	buffer := bytes.Repeat([]byte{1}, 10000)
	n, err = io.ReadFull(zero, buffer)
	prove.That(n == 10000 && err == nil && bytes.Count(buffer, []byte{0}) == 10000, "/dev/zero: %d, %v", n, err)
	n, err = zero.Write([]byte("gone"))
	prove.That(n == 4 && err == nil, "/dev/zero takes all: %d, %v", n, err)

	full := open("/dev/full")
	n, err = full.Write([]byte("x"))
	prove.That(n <= 0 && errors.Is(err, syscall.ENOSPC), "/dev/full is full: %d, %v", n, err)
	n, err = full.Read(buffer[:10])
	prove.That(n == 10 && err == nil && buffer[0] == 0, "/dev/full reads zeroes: %d, %v", n, err)

	for _, f := range []*os.File{null, zero, full} {
		info, err := f.Stat()
		prove.Ok("stat", err)
		prove.Say("%s %v", f.Name(), info.Mode()&^os.ModePerm)
		prove.Ok("close", f.Close())
	}
	_, err = os.Stat("/dev/absent")
	prove.That(os.IsNotExist(err), "what is not there: %v", err)
	entries, err := os.ReadDir("/dev")
	prove.Ok("listing /dev", err)
	names := map[string]bool{}
	for _, entry := range entries {
		names[entry.Name()] = true
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty"} {
		prove.That(names[name], "/dev has no %s", name)
	}
	_, err = os.Stat("/dev/stdin")
	prove.Ok("/dev/stdin", err)
	prove.Done()
}
