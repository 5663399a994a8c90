// The smallest program: it says what it was told and ends with the status it was asked for.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
)

func main() {
	fmt.Printf("Hello from %s on %d CPUs.\n", runtime.Version(), runtime.NumCPU())
	fmt.Printf("arguments: %q\n", os.Args[1:])
	fmt.Printf("GREETING:  %q\n", os.Getenv("GREETING"))

	// hello 3 ends with status 3, and so does the machine that it runs on.
	if len(os.Args) > 1 {
		if status, err := strconv.Atoi(os.Args[1]); err == nil {
			os.Exit(status)
		}
	}
}
