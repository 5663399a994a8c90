// Proof out-of-memory: a request for more memory than the machine has is refused with ENOMEM, and Go ends
// with its own message and status 2.
//
//proof:run exit=2
//proof:compare contains out of memory
//proof:not-in-user-mode QEMU 7.2 tries to reserve each address in turn and does not end
package main

import "fmt"

func main() {
	block := make([]byte, 1<<46)
	fmt.Println("got", len(block))
}
