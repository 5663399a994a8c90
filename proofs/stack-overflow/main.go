// Proof stack-overflow: endless recursion ends with Go's own message and status 2.
//
//proof:run exit=2
//proof:compare first-lines 3
package main

import "runtime/debug"

func forever(n int) int { return forever(n+1) + 1 }

func main() {
	debug.SetMaxStack(1 << 20)
	println(forever(0))
}
