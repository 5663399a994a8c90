package main

import (
	"os"
	"runtime"
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

type limit struct{ Soft, Hard uint64 }

const (
	files = 7
	stack = 3
)

func get(what uintptr) limit {
	now := raw.New(limit{})
	prove.Ok("prlimit64", raw.Err(syscall.SYS_PRLIMIT64, 0, what, 0, raw.P(now)))
	return *now
}

// limits proves prlimit64 and its older kin, and that the limit of descriptors is one.
func limits() {
	before := get(files)
	prove.That(before.Soft >= 64 && before.Soft <= before.Hard, "descriptors: %+v", before)
	old := raw.New(limit{})
	prove.Ok("getrlimit", raw.Err(syscall.SYS_GETRLIMIT, files, raw.P(old)))
	prove.Equal("getrlimit", *old, before)
	prove.That(get(stack).Soft > 65536, "the stack's limit is %+v", get(stack))

	lower := raw.New(limit{32, before.Hard})
	prove.Ok("lowering it", raw.Err(syscall.SYS_PRLIMIT64, 0, files, raw.P(lower), raw.P(old)))
	prove.Equal("the old limit", *old, before)
	var open []*os.File
	var err error
	for len(open) < 100 {
		var f *os.File
		if f, err = os.Open("/dev/null"); err != nil {
			break
		}
		open = append(open, f)
	}
	prove.Fails("one descriptor too many", err, syscall.EMFILE)
	prove.That(len(open) > 0 && len(open) <= 32, "%d descriptors could be opened", len(open))
	for _, f := range open {
		f.Close()
	}
	wrong := raw.New(limit{100, 50})
	prove.Fails("a soft limit above the hard", raw.Err(syscall.SYS_PRLIMIT64, 0, files, raw.P(wrong), 0), syscall.EINVAL)
	prove.Ok("setrlimit", raw.Err(syscall.SYS_SETRLIMIT, files, raw.P(raw.New(before))))
	prove.Equal("as before", get(files), before)
	prove.Fails("a limit that is none", raw.Err(syscall.SYS_PRLIMIT64, 0, 99, 0, raw.P(old)), syscall.EINVAL)
	prove.Fails("a limit nowhere", raw.Err(syscall.SYS_PRLIMIT64, 0, files, 0, 8), syscall.EFAULT)
	prove.Fails("another process", raw.Err(syscall.SYS_PRLIMIT64, 1<<29, files, 0, raw.P(old)), syscall.ESRCH)
}

// usage proves getrusage, times and sysinfo: what was used is there and grows.
func usage() {
	total := func() time.Duration {
		var r syscall.Rusage
		prove.Ok("getrusage", syscall.Getrusage(syscall.RUSAGE_SELF, &r))
		prove.That(r.Maxrss > 100, "the largest size is %d KiB", r.Maxrss)
		return time.Duration(syscall.TimevalToNsec(r.Utime) + syscall.TimevalToNsec(r.Stime))
	}
	var before, after syscall.Tms
	_, err := syscall.Times(&before)
	prove.Ok("times", err)
	start := total()
	// Who shares a CPU with many computes for longer until it has used so much of it.
	begun := time.Now()
	prove.Eventually("computing uses CPU time", func() bool {
		for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
		}
		return total()-start >= 60*time.Millisecond
	})
	used, passed := total()-start, time.Since(begun)
	most := passed*time.Duration(runtime.NumCPU()) + time.Second
	prove.That(used <= most, "%v were used in %v", used, passed)
	_, err = syscall.Times(&after)
	prove.Ok("times", err)
	ticks := after.Utime + after.Stime - before.Utime - before.Stime
	prove.That(ticks >= 2 && time.Duration(ticks)*10*time.Millisecond <= most, "%v are %d ticks of 10 ms", used, ticks)
	var children syscall.Rusage
	prove.Ok("children", syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children))
	prove.Equal("children have used nothing", children.Utime, syscall.Timeval{})
	prove.Fails("usage of what is none", syscall.Getrusage(77, &children), syscall.EINVAL)

	var info syscall.Sysinfo_t
	prove.Ok("sysinfo", syscall.Sysinfo(&info))
	prove.That(info.Unit >= 1 && info.Totalram*uint64(info.Unit) > 32<<20, "memory: %d units of %d", info.Totalram, info.Unit)
	prove.That(info.Freeram <= info.Totalram && info.Uptime >= 0 && info.Procs >= 1, "sysinfo: %+v", info)
}
