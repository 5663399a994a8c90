package main

import (
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// legacyTime proves time and alarm, which newer architectures left out.
func legacyTime(now time.Duration) {
	result := raw.New(int64(0))
	seconds, err := raw.Call(syscall.SYS_TIME, raw.P(result))
	prove.Ok("time", err)
	prove.Equal("time's two answers", int64(seconds), *result)
	difference := *result - int64(now/time.Second)
	prove.That(difference >= -1 && difference <= 1, "time differs by %d s", difference)

	left, err := raw.Call(syscall.SYS_ALARM, 100)
	prove.That(err == nil && left == 0, "no alarm before: %d", left)
	left, err = raw.Call(syscall.SYS_ALARM, 0)
	prove.That(err == nil && left >= 99 && left <= 100, "the alarm had %d s left", left)
}
