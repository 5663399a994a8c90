// Proof proc-files: what Go programs read of /proc and /sys has the form that they parse. What it says
// differs from system to system: it is checked, not printed.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"proofs/prove"
)

func lines(name string) []string {
	data, err := os.ReadFile(name)
	prove.Ok("reading "+name, err)
	prove.That(len(data) > 0 && data[len(data)-1] == '\n', "%s ends with a line", name)
	return strings.Split(strings.TrimRight(string(data), "\n"), "\n")
}

// value finds a line "name: value" and returns its first word.
func value(in []string, name string) string {
	for _, line := range in {
		if parts := strings.SplitN(line, ":", 2); strings.TrimSpace(parts[0]) == name {
			if words := strings.Fields(parts[1]); len(words) > 0 {
				return words[0]
			}
		}
	}
	prove.Fail("no line %q", name)
	return ""
}

func main() {
	// The program itself.
	exe, err := os.Readlink("/proc/self/exe")
	prove.Ok("/proc/self/exe", err)
	executable, err := os.Executable()
	prove.Ok("os.Executable", err)
	prove.Equal("both", executable, exe)
	head := make([]byte, 4)
	file, err := os.Open("/proc/self/exe")
	if prove.Ok("opening it", err) {
		file.Read(head)
		prove.Equal("its magic", string(head), "\x7fELF")
		info, err := file.Stat()
		prove.That(err == nil && info.Mode().IsRegular() && info.Size() > 100000, "its facts: %v, %v", info, err)
		file.Close()
	}
	cwd, err := os.Readlink("/proc/self/cwd")
	here, _ := os.Getwd()
	prove.That(err == nil && cwd == here, "/proc/self/cwd is %q, %v", cwd, err)
	arguments, err := os.ReadFile("/proc/self/cmdline")
	prove.That(err == nil && bytes.HasSuffix(arguments, []byte("\x00")), "/proc/self/cmdline: %q, %v", arguments, err)

	// Its memory: the text that runs now is in an executable mapping that is named.
	pc, _, _, _ := runtime.Caller(0)
	found := false
	// Linux gives the list in pieces; what Go maps between two of them may stand in both.
	prove.Eventually("maps is in order", func() bool {
		var last uint64
		inOrder := true
		for _, line := range lines("/proc/self/maps") {
			var start, end, offset, inode uint64
			var rights, device string
			n, err := fmt.Sscanf(line, "%x-%x %s %x %s %d", &start, &end, &rights, &offset, &device, &inode)
			prove.That(n == 6 && err == nil && start < end && len(rights) == 4, "maps: %q", line)
			prove.That(!strings.Contains(rights, "wx"), "maps: writable code: %q", line)
			inOrder = inOrder && start >= last
			last = end
			if uint64(pc) >= start && uint64(pc) < end {
				found = rights[2] == 'x' && strings.HasSuffix(line, exe)
			}
		}
		return inOrder
	})
	prove.That(found, "maps: the running code is not in a mapping of %s", exe)

	status := lines("/proc/self/status")
	prove.Equal("its number", value(status, "Pid"), strconv.Itoa(os.Getpid()))
	threads, _ := strconv.Atoi(value(status, "Threads"))
	prove.That(threads >= 1 && threads < 1000, "%d threads", threads)
	resident, _ := strconv.Atoi(value(status, "VmRSS"))
	prove.That(resident > 100, "VmRSS is %d KiB", resident)
	stat := lines("/proc/self/stat")[0]
	prove.That(len(strings.Fields(stat)) >= 40 && strings.HasPrefix(stat, fmt.Sprint(os.Getpid(), " (")), "stat: %q", stat)

	// Descriptors by number.
	opened, err := os.Open("/proc/self/status")
	prove.Ok("open", err)
	target, err := os.Readlink(fmt.Sprint("/proc/self/fd/", opened.Fd()))
	prove.That(err == nil && strings.HasSuffix(target, "/status"), "its link is %q, %v", target, err)
	opened.Close()
	entries, err := os.ReadDir("/proc/self/fd")
	prove.That(err == nil && len(entries) >= 3, "%d descriptors, %v", len(entries), err)

	// The machine.
	memory := lines("/proc/meminfo")
	total, _ := strconv.Atoi(value(memory, "MemTotal"))
	free, _ := strconv.Atoi(value(memory, "MemFree"))
	available, _ := strconv.Atoi(value(memory, "MemAvailable"))
	prove.That(total > 32<<10 && free > 0 && free <= total && available <= total, "memory: %d %d %d", total, free, available)
	processors := 0
	for _, line := range lines("/proc/cpuinfo") {
		if strings.HasPrefix(line, "processor") {
			processors++
		}
	}
	prove.That(processors >= runtime.NumCPU(), "%d processors for %d CPUs", processors, runtime.NumCPU())
	mounts := 0
	for _, line := range lines("/proc/self/mounts") {
		words := strings.Fields(line)
		prove.That(len(words) == 6, "mounts: %q", line)
		mounts++
	}
	prove.That(mounts > 0, "nothing is mounted")
	backlog, err := strconv.Atoi(lines("/proc/sys/net/core/somaxconn")[0])
	prove.That(err == nil && backlog > 0, "somaxconn: %d, %v", backlog, err)
	uptime := strings.Fields(lines("/proc/uptime")[0])
	prove.That(len(uptime) == 2, "uptime: %v", uptime)

	// Go asks for this at the start and needs a power of two or nothing.
	if data, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"); err == nil {
		size, err := strconv.Atoi(strings.TrimSpace(string(data)))
		prove.That(err == nil && size > 0 && size&(size-1) == 0, "the size of a large page: %q", data)
	}
	_, err = os.ReadFile("/proc/self/absent")
	prove.That(os.IsNotExist(err), "what is not there: %v", err)
	prove.That(os.WriteFile("/proc/meminfo", []byte("x"), 0) != nil, "/proc/meminfo cannot be written")
	prove.Done()
}
