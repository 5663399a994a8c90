// Proof stdin-empty: without input a read of standard input ends at once, it does not hang.
//
//proof:stdin 0
package main

import (
	"io"
	"os"

	"proofs/prove"
)

func main() {
	prove.Within("reading no input", func() {
		data, err := io.ReadAll(os.Stdin)
		prove.Ok("reading", err)
		prove.Say("%d bytes", len(data))
	})
	prove.Done()
}
