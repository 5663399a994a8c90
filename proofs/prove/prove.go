// Package prove holds the few words in which proofs speak. A proof prints what is the same on every
// kernel, checks what may differ, says each failed check in a line that begins FAIL, and ends with
// status 1 if there was any.
package prove

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"time"
)

var (
	lock     sync.Mutex
	failures int
)

// Fail records one failed check and goes on, so that a run shows all of them.
func Fail(format string, args ...any) {
	lock.Lock()
	defer lock.Unlock()
	failures++
	fmt.Printf("FAIL: "+format+"\n", args...)
}

// That checks a condition; the words say what should have been so.
func That(ok bool, format string, args ...any) {
	if !ok {
		Fail(format, args...)
	}
}

// Equal checks a value.
func Equal(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		Fail("%s: got %v (%T), want %v (%T)", what, got, got, want, want)
	}
}

// Ok checks that there was no error.
func Ok(what string, err error) bool {
	if err != nil {
		Fail("%s: %v", what, err)
	}
	return err == nil
}

// Must is Ok for steps without which the rest makes no sense: it ends the proof.
func Must(what string, err error) {
	if !Ok(what, err) {
		Done()
	}
}

// Fails checks that exactly this error came (errors.Is).
func Fails(what string, err, want error) {
	if !errors.Is(err, want) {
		Fail("%s: got error %v, want %v", what, err, want)
	}
}

// Say prints a line that must be the same everywhere.
func Say(format string, args ...any) {
	lock.Lock()
	defer lock.Unlock()
	fmt.Printf(format+"\n", args...)
}

// patience is generous, so that only a hang fails, however busy the machine is.
const patience = 100 * time.Second

// Eventually waits for a condition.
func Eventually(what string, condition func() bool) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if condition() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	Fail("%s: not within %v", what, patience)
}

// Within runs f and fails if it does not return.
func Within(what string, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		Fail("%s: still waiting after %v", what, patience)
		Done()
	}
}

// Done ends the proof with its verdict.
func Done() {
	lock.Lock()
	if failures > 0 {
		fmt.Printf("%d checks failed\n", failures)
		os.Exit(1)
	}
	fmt.Println("ok")
	os.Exit(0)
}
