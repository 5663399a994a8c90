// Proof panic-exit: a panic with a value ends with its text, the goroutine's traceback and status 2.
//
//proof:run exit=2
//proof:compare traceback
package main

import "fmt"

type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprint("failure ", f.code) }

//go:noinline
func fail(code int) { panic(failure{code}) }

func main() {
	defer fmt.Println("deferred calls run first")
	fail(7)
}
