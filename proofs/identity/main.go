// Proof identity: who and where the process is: its numbers, user, limits, names and what it has used.
// Values differ from system to system: they are checked, not printed.
package main

import (
	"os"
	"strings"
	"syscall"
	"unsafe"

	"proofs/prove"
	"proofs/raw"
)

func number(what string, call uintptr, args ...uintptr) int {
	n, err := raw.Call(call, args...)
	prove.Ok(what, err)
	return int(int32(n))
}

func main() {
	processes()
	users()
	privileges()
	becoming()
	names()
	limits()
	usage()
	prove.Done()
}

// processes proves the numbers of process, parent, group and session.
func processes() {
	pid := number("getpid", syscall.SYS_GETPID)
	prove.That(pid > 0, "the process has number %d", pid)
	prove.Equal("os.Getpid", os.Getpid(), pid)
	prove.That(number("getppid", syscall.SYS_GETPPID) >= 0, "the parent has a number")
	group := number("getpgid", syscall.SYS_GETPGID, 0)
	prove.Equal("the group by number", number("getpgid", syscall.SYS_GETPGID, uintptr(pid)), group)
	prove.Equal("syscall.Getpgrp", syscall.Getpgrp(), group)
	session := number("getsid", syscall.SYS_GETSID, 0)
	prove.That(session >= 0, "the session is %d", session)
	prove.Fails("the group of nobody", raw.Err(syscall.SYS_GETPGID, 1<<29), syscall.ESRCH)
	prove.Fails("the session of nobody", raw.Err(syscall.SYS_GETSID, 1<<29), syscall.ESRCH)

	// There are no children to wait for.
	status := raw.New(int32(0))
	prove.Fails("wait4", raw.Err(syscall.SYS_WAIT4, raw.Minus(1), raw.P(status), 0, 0), syscall.ECHILD)
	info, infoAt := raw.Bytes(128)
	const exited, byPid = 4, 1
	prove.Fails("waitid", raw.Err(syscall.SYS_WAITID, byPid, uintptr(pid), infoAt, exited, 0), syscall.ECHILD)
	prove.Equal("nothing was written", info[0], byte(0))
}

// users proves that all the ways to ask for the user agree.
func users() {
	ids := []*uint32{raw.New(uint32(77777)), raw.New(uint32(77777)), raw.New(uint32(77777))}
	prove.Ok("getresuid", raw.Err(syscall.SYS_GETRESUID, raw.P(ids[0]), raw.P(ids[1]), raw.P(ids[2])))
	prove.Equal("getuid", number("getuid", syscall.SYS_GETUID), int(*ids[0]))
	prove.Equal("geteuid", number("geteuid", syscall.SYS_GETEUID), int(*ids[1]))
	uid := *ids[0]
	prove.Ok("getresgid", raw.Err(syscall.SYS_GETRESGID, raw.P(ids[0]), raw.P(ids[1]), raw.P(ids[2])))
	prove.Equal("getgid", number("getgid", syscall.SYS_GETGID), int(*ids[0]))
	prove.Equal("getegid", number("getegid", syscall.SYS_GETEGID), int(*ids[1]))
	groups, at := raw.Bytes(4 * 1000)
	count := number("getgroups", syscall.SYS_GETGROUPS, 0, 0)
	prove.Equal("getgroups twice", number("getgroups", syscall.SYS_GETGROUPS, 1000, at), count)
	prove.That(len(groups) >= 4*count, "%d groups", count)
	prove.Fails("groups below none", raw.Err(syscall.SYS_GETGROUPS, raw.Minus(1), at), syscall.EINVAL)
	prove.Fails("an identity nowhere", raw.Err(syscall.SYS_GETRESUID, 8, 8, 8), syscall.EFAULT)
	prove.Equal("setfsuid answers the user before", number("setfsuid", syscall.SYS_SETFSUID, uintptr(uid)), int(uid))
}

// names proves uname, the host's name, and the thread's.
func names() {
	u := raw.New(syscall.Utsname{})
	prove.Ok("uname", raw.Err(syscall.SYS_UNAME, raw.P(u)))
	text := func(field unsafe.Pointer) string { return strings.TrimRight(string((*[65]byte)(field)[:]), "\x00") }
	prove.Equal("the system", text(unsafe.Pointer(&u.Sysname)), "Linux")
	prove.Equal("the machine", text(unsafe.Pointer(&u.Machine)), machine)
	release := text(unsafe.Pointer(&u.Release))
	prove.That(len(release) >= 3 && release[0] >= '3' && release[0] <= '9', "the release is %q", release)
	host, err := os.Hostname()
	prove.Ok("hostname", err)
	prove.Equal("the host's name", host, text(unsafe.Pointer(&u.Nodename)))
	prove.Fails("uname nowhere", raw.Err(syscall.SYS_UNAME, 8), syscall.EFAULT)

	raw.Gettid()
	const setName, getName = 15, 16
	name, at := raw.Bytes(16)
	prove.Ok("PR_SET_NAME", raw.Err(syscall.SYS_PRCTL, setName, raw.Path("a name that is too long")))
	prove.Ok("PR_GET_NAME", raw.Err(syscall.SYS_PRCTL, getName, at))
	prove.Equal("the name, cut", string(name), "a name that is \x00")
	prove.Fails("a name nowhere", raw.Err(syscall.SYS_PRCTL, setName, 8), syscall.EFAULT)
	prove.Fails("an option that is none", raw.Err(syscall.SYS_PRCTL, 9999, 0), syscall.EINVAL)
	// Go names its memory and must hear EINVAL for what cannot be.
	prove.Fails("PR_SET_VMA of nothing", raw.Err(syscall.SYS_PRCTL, 0x53564d41, 99, 0, 0, 0), syscall.EINVAL)
}
