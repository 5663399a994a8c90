package main

import (
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// legacy proves poll and select, which newer architectures left out.
func legacy(r, w int) {
	set := raw.New([2]pollFd{{int32(r), in, 0}, {int32(w), out, 0}})
	n, err := raw.Call(syscall.SYS_POLL, raw.P(set), 2, 1000)
	prove.That(n == 1 && err == nil && set[1].Result == out, "poll: %d, %v, %v", n, *set, err)
	start := time.Now()
	n, err = raw.Call(syscall.SYS_POLL, raw.P(set), 1, 10)
	prove.That(n == 0 && err == nil && time.Since(start) >= 10*time.Millisecond, "poll times out: %d, %v", n, err)
	writes := raw.New([16]uint64{1 << w})
	limit := raw.New(syscall.NsecToTimeval(int64(time.Second)))
	n, err = raw.Call(syscall.SYS_SELECT, uintptr(w)+1, 0, raw.P(writes), 0, raw.P(limit))
	prove.That(n == 1 && err == nil && writes[0] == 1<<w, "select: %d, %v", n, err)
	prove.That(limit.Sec == 0 && limit.Usec > 0 || limit.Sec == 1, "select tells the time left: %v", *limit)
}
