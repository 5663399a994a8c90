// Proof os-signal: signals that the program sends itself are notified, ignored and reset.
package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"proofs/prove"
)

func receive(c <-chan os.Signal) os.Signal {
	var s os.Signal
	prove.Within("a signal", func() { s = <-c })
	return s
}

func main() {
	self := os.Getpid()
	channel := make(chan os.Signal, 8)
	signal.Notify(channel, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGTERM)
	for _, s := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGUSR1} {
		prove.Ok("kill", syscall.Kill(self, s))
		prove.Equal("notified", receive(channel), os.Signal(s))
	}

	process, err := os.FindProcess(self)
	prove.Ok("FindProcess", err)
	prove.Ok("Process.Signal", process.Signal(syscall.SIGHUP))
	prove.Equal("notified", receive(channel), os.Signal(syscall.SIGHUP))
	prove.Ok("signal 0 asks whether the process is there", process.Signal(syscall.Signal(0)))

	// A process that is not there.
	prove.Fails("kill of another process", syscall.Kill(99999999, syscall.SIGUSR1), syscall.ESRCH)
	prove.Fails("kill by an unknown signal", syscall.Kill(self, 65), syscall.EINVAL)

	// Ignored: nothing comes, and nothing dies.
	signal.Ignore(syscall.SIGHUP)
	prove.That(signal.Ignored(syscall.SIGHUP), "SIGHUP counts as ignored")
	prove.Ok("kill", syscall.Kill(self, syscall.SIGHUP))

	// Stopped: SIGUSR1 would now kill; SIGWINCH and SIGURG are harmless by default.
	signal.Stop(channel)
	prove.Ok("kill", syscall.Kill(self, syscall.SIGWINCH))
	prove.Ok("kill", syscall.Kill(self, syscall.SIGURG))
	time.Sleep(20 * time.Millisecond)
	prove.Equal("signals left over", len(channel), 0)

	// Notified again, by a goroutine that waits in a blocking select.
	signal.Notify(channel)
	go syscall.Kill(self, syscall.SIGUSR2)
	for {
		got := receive(channel)
		if got == os.Signal(syscall.SIGURG) {
			continue // Go's own preemption shows when all signals are asked for
		}
		prove.Equal("notified", got, os.Signal(syscall.SIGUSR2))
		break
	}
	prove.Done()
}
