package main

import (
	"strings"
	"syscall"

	"os"
	"proofs/prove"
	"proofs/raw"
)

// pair is struct riscv_hwprobe.
type pair struct {
	Key   int64
	Value uint64
}

const (
	hwprobe                 = 258
	behavior, extensions    = 3, 4
	unknown                 = 1 << 40
	fd, compressed, vectors = 1, 2, 4
)

// brokenReservation makes an LR, a system call and an SC, and tells what the SC says: 0 if it stored.
func brokenReservation(word *uint64) uint64

// clock reads the time CSR.
func clock() uint64

func probe(pairs *[3]pair, sizeofSet uintptr, set *uint64, flags uintptr) error {
	var at uintptr
	if set != nil {
		at = raw.P(set)
	}
	return raw.Err(hwprobe, raw.P(pairs), uintptr(len(pairs)), sizeofSet, at, flags)
}

func features() {
	ask := func() *[3]pair { return raw.New([3]pair{{Key: behavior}, {Key: extensions}, {Key: unknown}}) }
	pairs := ask()
	prove.Must("riscv_hwprobe", probe(pairs, 0, nil, 0))
	prove.Equal("the base", pairs[0], pair{behavior, 1})
	prove.Equal("F, D and C", pairs[1].Value&(fd|compressed), uint64(fd|compressed))
	prove.Equal("a key of another kernel", pairs[2], pair{-1, 0})

	mine := raw.New(uint64(0))
	_, err := raw.Call(syscall.SYS_SCHED_GETAFFINITY, 0, 8, raw.P(mine))
	prove.Ok("sched_getaffinity", err)
	some := ask()
	prove.Ok("riscv_hwprobe of some CPUs", probe(some, 8, mine, 0))
	prove.Equal("what those have", *some, *pairs)
	prove.Fails("riscv_hwprobe of no CPU", probe(ask(), 8, raw.New(uint64(0)), 0), syscall.EINVAL)
	prove.Fails("riscv_hwprobe with a flag", probe(ask(), 0, nil, 1<<20), syscall.EINVAL)
	prove.Fails("riscv_hwprobe to nowhere", raw.Err(hwprobe, 8, 1, 0, 0, 0), syscall.EFAULT)

	letter := func(name byte) uint64 { return auxiliary[hardwareCapabilities] >> (name - 'a') & 1 }
	for _, name := range "imafdc" {
		prove.Equal("AT_HWCAP "+string(name), letter(byte(name)), uint64(1))
	}
	hasV := pairs[1].Value&vectors != 0
	prove.Equal("AT_HWCAP v", letter('v') == 1, hasV)
	prove.Equal("/proc/cpuinfo v", strings.Contains(singleLetters(), "v"), hasV)

	prove.That(brokenReservation(raw.New(uint64(0))) != 0, "a call ends a reservation")
	earlier := clock()
	prove.That(clock() >= earlier, "the time CSR goes back")
	if hasV {
		prove.That(auxiliary[leastSignalStack] > 32*registerBytes(), "AT_MINSIGSTKSZ is %d", auxiliary[leastSignalStack])
		vectorState()
	} else {
		prove.That(vectorTraps(), "without V its instructions are illegal")
	}
}

// singleLetters is the part of the first ISA string that names extensions of one letter.
func singleLetters() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	prove.Must("reading /proc/cpuinfo", err)
	_, rest, _ := strings.Cut(string(text), "\nisa\t\t: rv64")
	return strings.FieldsFunc(rest, func(r rune) bool { return r == '_' || r == '\n' })[0]
}
