package main

import (
	"proofs/prove"
	"proofs/raw"
)

const version = "LINUX_4.15"

var names = []string{
	"__vdso_clock_gettime", "__vdso_clock_getres", "__vdso_gettimeofday", "__vdso_getcpu", "__vdso_flush_icache",
	"__vdso_riscv_hwprobe", "__vdso_rt_sigreturn",
}

// others calls what only this architecture has.
func others(at map[string]uintptr) {
	prove.Equal("flush_icache", call(at["__vdso_flush_icache"], 0, 0, 0, 0, 0), uintptr(0))
	pair := raw.New([2]uint64{3, 0})
	prove.Equal("riscv_hwprobe", call(at["__vdso_riscv_hwprobe"], raw.P(pair), 1, 0, 0, 0), uintptr(0))
	prove.Equal("the base", pair[1], uint64(1))
}
