// Proof deadlock: when all goroutines sleep for ever, Go says so and ends with status 2.
//
//proof:run exit=2
//proof:compare traceback
package main

func main() {
	println("waiting for nobody")
	<-make(chan int)
}
