// Proof exit-status: the status of os.Exit arrives outside, without deferred calls.
//
//proof:run exit=0 0
//proof:run exit=3 3
//proof:run exit=127 127
//proof:run exit=200 200
//proof:run exit=255 255
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	defer fmt.Println("never")
	status, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("leaving with", status)
	os.Exit(status)
}
