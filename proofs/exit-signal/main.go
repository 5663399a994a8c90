// Proof exit-signal: a signal whose action is the default ends the process with 128 + its number, the
// status that a shell shows on Linux; the kernel says on the machine's exit what it was.
//
//proof:run exit=143 15
//proof:run exit=137 9
//proof:compare first-lines 1
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	number, _ := strconv.Atoi(os.Args[1])
	signal.Reset(syscall.Signal(number))
	fmt.Println("sending myself", syscall.Signal(number))
	syscall.Kill(os.Getpid(), syscall.Signal(number))
	time.Sleep(10 * time.Second)
	fmt.Println("still here")
	os.Exit(1)
}
