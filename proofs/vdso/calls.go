package main

import (
	"time"

	"proofs/prove"
	"proofs/raw"
)

// call calls a C function.
func call(function, a, b, c, d, e uintptr) uintptr

// calls proves the functions that Go itself does not call.
func calls(at map[string]uintptr) {
	now := raw.New([2]int64{})
	before := time.Now().UnixMicro()
	prove.Equal("gettimeofday", call(at["__vdso_gettimeofday"], raw.P(now), 0, 0, 0, 0), uintptr(0))
	after := time.Now().UnixMicro()
	micros := now[0]*1e6 + now[1]
	prove.That(before <= micros && micros <= after, "gettimeofday says %d, time.Now %d and %d", micros, before, after)

	numbers := raw.New([2]uint32{^uint32(0), ^uint32(0)})
	cpu, node := raw.P(numbers), raw.P(&numbers[1])
	prove.Equal("getcpu", call(at["__vdso_getcpu"], cpu, node, 0, 0, 0), uintptr(0))
	prove.That(numbers[0] < 1<<16 && numbers[1] < 1<<16, "getcpu says %v", numbers)

	// Linux has it since 6.11, and not on every architecture.
	if getrandom := at["__vdso_getrandom"]; getrandom != 0 {
		parameters := raw.New([16]uint32{})
		prove.Equal("getrandom asked for its state", call(getrandom, 0, 0, 0, raw.P(parameters), ^uintptr(0)), uintptr(0))
		prove.That(parameters[0] > 0 && parameters[0] <= uint32(raw.Page), "its state has %d bytes", parameters[0])
	}
	others(at)
}
