// Proof sigsegv: a fault that nobody recovers ends the program with Go's traceback and status 2.
//
//proof:run exit=2
//proof:compare traceback
package main

import "fmt"

type list struct{ next *list }

//go:noinline
func follow(l *list, steps int) *list {
	if steps == 0 {
		return l.next
	}
	return follow(l.next, steps-1)
}

func main() {
	fmt.Println("before the fault")
	fmt.Println(follow(&list{&list{&list{}}}, 3))
	fmt.Println("never")
}
