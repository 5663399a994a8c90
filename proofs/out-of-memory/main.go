// Proof out-of-memory: a request for more memory than the machine has is refused with ENOMEM, and Go ends
// with its own message and status 2.
//
//proof:run exit=2
//proof:compare contains out of memory
package main

import "fmt"

func main() {
	block := make([]byte, 1<<46)
	fmt.Println("got", len(block))
}
