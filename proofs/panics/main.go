// Proof panics: faults of the program become Go panics that can be recovered, again and again.
package main

import (
	"errors"
	"runtime"
	"strings"

	"proofs/prove"
)

type record struct {
	pad   [100]byte
	value int
}

var (
	nowhere *record
	zero    int
	numbers = []int{1, 2, 3}
	sink    int
)

// caught runs f and returns the run-time error it panicked with.
func caught(f func()) (text string) {
	defer func() {
		var fault runtime.Error
		switch recovered := recover().(type) {
		case nil:
			text = "no panic"
		case runtime.Error:
			fault = recovered
			text = fault.Error()
		case error:
			text = "another error: " + recovered.Error()
		default:
			text = "something else"
		}
	}()
	f()
	return ""
}

func deep(n int) int {
	if n == 0 {
		return nowhere.value
	}
	return deep(n-1) + 1
}

func main() {
	texts := map[string]int{}
	for i := 0; i < 51; i++ {
		texts[caught(func() { sink = nowhere.value })]++
		texts[caught(func() { nowhere.value = i })]++
		texts[caught(func() { sink = 1 / zero })]++
		texts[caught(func() { sink = numbers[i+3] })[:len("runtime error: index out of range")]]++
		texts[caught(func() { sink = deep(200) })]++
	}
	const address = "runtime error: invalid memory address or nil pointer dereference"
	prove.Equal("nil dereferences", texts[address], 153)
	prove.Equal("divisions", texts["runtime error: integer divide by zero"], 51)
	prove.Equal("indexes", texts["runtime error: index out of range"], 51)

	var m map[string]int
	prove.Say("%s", strings.TrimPrefix(caught(func() { m["a"] = 1 }), "runtime error: "))
	var function func()
	prove.Say("%s", caught(func() { function() }))
	var any interface{} = 1
	prove.Say("%s", caught(func() { _ = any.(string) }))

	// A panic in each of many goroutines at once, so that faults meet on several CPUs.
	done := make(chan string)
	for i := 0; i < 64; i++ {
		go func() { done <- caught(func() { sink = deep(50) }) }()
	}
	for i := 0; i < 64; i++ {
		prove.Equal("a fault in a goroutine", <-done, address)
	}

	// The stack unwinds through deferred calls, which may panic themselves.
	err := func() (err error) {
		defer func() { err = recover().(error) }()
		defer func() { panic(errors.New("second")) }()
		sink = nowhere.value
		return nil
	}()
	prove.Say("%v", err)
	prove.Done()
}
