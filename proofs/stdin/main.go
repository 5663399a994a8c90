// Proof stdin: every byte value arrives on standard input, in order and unchanged, and then the end.
//
//proof:stdin 40000
package main

import (
	"bufio"
	"io"
	"os"

	"proofs/prove"
)

// expected is the rule by which the harness makes the bytes.
func expected(i int) byte { return byte(i*7 + i>>8) }

func main() {
	one := make([]byte, 1)
	for i := 0; i < 3; i++ {
		n, err := os.Stdin.Read(one)
		prove.Ok("a read of one byte", err)
		prove.Equal("its length", n, 1)
		prove.Equal("its value", one[0], expected(i))
	}
	rest, err := io.ReadAll(bufio.NewReader(os.Stdin))
	prove.Ok("reading to the end", err)
	for i, b := range rest {
		if b != expected(i+3) {
			prove.Fail("byte %d is %#x, want %#x", i+3, b, expected(i+3))
			break
		}
	}
	prove.Say("%d bytes", len(rest)+3)
	n, err := os.Stdin.Read(one)
	prove.That(n == 0 && err == io.EOF, "after the end: %d, %v", n, err)
	prove.Done()
}
