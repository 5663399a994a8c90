package raw

import (
	"sync"
	"syscall"
	"time"
)

// Interrupt sends a signal to a thread of this process again and again until stop is called, so that one of them
// meets the thread in the call that is to be interrupted, however late it gets there. None is sent after stop.
func Interrupt(thread int, signal int) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			case <-time.After(15 * time.Millisecond):
				Call(syscall.SYS_TGKILL, uintptr(syscall.Getpid()), uintptr(thread), uintptr(signal))
			}
		}
	}()
	var once sync.Once
	return func() {
		once.Do(func() { close(end) })
		<-ended
	}
}
