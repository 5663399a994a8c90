package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// another runs f in a thread that has become another user, and ends with it. Only user 0 can, so that for others
// nothing is proved.
func another(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		prove.Ok("setgroups", raw.Err(syscall.SYS_SETGROUPS, 2, raw.P(raw.New([2]uint32{4000, 4001}))))
		prove.Ok("setresgid", raw.Err(syscall.SYS_SETRESGID, 1000, 1000, 1000))
		prove.Ok("setresuid", raw.Err(syscall.SYS_SETRESUID, 1000, 1000, 1000))
		f()
	}()
	<-done
}

func opens(name string, flags int) error {
	fd, err := syscall.Open(name, flags, 0)
	if err == nil {
		syscall.Close(fd)
	}
	return err
}

// becoming proves who a thread is after each change, and what its permissions are then.
func becoming() {
	if os.Getuid() != 0 {
		return
	}
	directory := prove.Scratch()
	place := func(name string, mode os.FileMode) {
		prove.Write(name, name)
		prove.Ok("chmod", os.Chmod(name, mode))
	}
	prove.Ok("a place that only user 0 may enter", os.Mkdir("closed", 0o700))
	prove.Ok("a place for all", os.Mkdir("all", 0o755))
	prove.Ok("chmod", os.Chmod("all", 0o777|os.ModeSticky))
	prove.Ok("a place of a group", os.Mkdir("group", 0o755))
	prove.Ok("chown", os.Chown("group", 0, 4000))
	prove.Ok("chmod", os.Chmod("group", 0o775|os.ModeSetgid))
	place("secret", 0o600)
	place("read", 0o644)
	place("write", 0o666)
	place("all/root", 0o666)
	place("shared", 0o640)
	prove.Ok("chown", os.Chown("shared", 0, 4001))
	prove.Fails("before it may be entered", probe(), syscall.EACCES)
	prove.Ok("chmod", os.Chmod(directory, 0o755))
	another(func() {
		reading()
		naming()
		owning()
		staying()
	})
	switching()
	prove.Equal("the first thread is who it was", os.Geteuid(), 0)
	prove.Ok("leaving", os.Chdir("/"))
	prove.Ok("removing", os.RemoveAll(directory))
}

// probe looks at a file whose directory is closed to others.
func probe() (err error) {
	another(func() { _, err = os.Stat("read") })
	return err
}

func reading() {
	prove.Fails("reading what is secret", opens("secret", syscall.O_RDONLY), syscall.EACCES)
	prove.Ok("reading", opens("read", syscall.O_RDONLY))
	prove.Fails("writing", opens("read", syscall.O_WRONLY), syscall.EACCES)
	prove.Fails("emptying", opens("read", syscall.O_RDONLY|syscall.O_TRUNC), syscall.EACCES)
	prove.Fails("truncating", syscall.Truncate("read", 0), syscall.EACCES)
	prove.Ok("writing what all may", opens("write", syscall.O_RDWR))
	prove.Ok("reading as one of the group", opens("shared", syscall.O_RDONLY))
	prove.Fails("writing as one of the group", opens("shared", syscall.O_RDWR), syscall.EACCES)
	prove.Fails("entering", os.Chdir("closed"), syscall.EACCES)
	prove.Fails("looking inside", opens("closed/x", syscall.O_RDONLY), syscall.EACCES)
	const readable, writable = 4, 2
	prove.Ok("access to read", syscall.Access("read", readable))
	prove.Fails("access to write", syscall.Access("read", writable), syscall.EACCES)
}

func naming() {
	prove.Fails("creating", opens("new", syscall.O_CREAT|syscall.O_WRONLY), syscall.EACCES)
	prove.Fails("mkdir", syscall.Mkdir("new", 0o700), syscall.EACCES)
	prove.Fails("symlink", syscall.Symlink("x", "new"), syscall.EACCES)
	prove.Fails("unlink", syscall.Unlink("read"), syscall.EACCES)
	prove.Fails("rmdir", syscall.Rmdir("closed"), syscall.EACCES)
	prove.Fails("rename", syscall.Rename("read", "all/read"), syscall.EACCES)
	prove.Fails("unlink of another's in a sticky directory", syscall.Unlink("all/root"), syscall.EPERM)
	prove.Fails("rename of another's there", syscall.Rename("all/root", "all/mine"), syscall.EPERM)
	prove.Write("all/mine", "mine")
	prove.Fails("taking another's place there", syscall.Rename("all/mine", "all/root"), syscall.EPERM)
	prove.Ok("rename of one's own", syscall.Rename("all/mine", "all/own"))
	prove.Ok("unlink of one's own", syscall.Unlink("all/own"))
}

func owning() {
	var stat syscall.Stat_t
	fd, err := syscall.Open("all/mine", syscall.O_CREAT|syscall.O_RDWR, 0)
	prove.Ok("making what one may not open", err)
	prove.Ok("fstat", syscall.Fstat(fd, &stat))
	prove.Equal("whose it is", [2]uint32{stat.Uid, stat.Gid}, [2]uint32{1000, 1000})
	_, err = syscall.Write(fd, []byte("x"))
	prove.Ok("writing it all the same", err)
	syscall.Close(fd)
	prove.Fails("opening it again", opens("all/mine", syscall.O_RDONLY), syscall.EACCES)
	prove.Ok("chmod", syscall.Chmod("all/mine", 0o077))
	prove.Fails("others may, the owner may not", opens("all/mine", syscall.O_RDONLY), syscall.EACCES)
	prove.Ok("chmod", syscall.Chmod("all/mine", 0o600))
	prove.Ok("opening it now", opens("all/mine", syscall.O_RDWR))
	prove.Ok("giving it to one's group", syscall.Chown("all/mine", -1, 4000))
	prove.Fails("giving it to another group", syscall.Chown("all/mine", -1, 5000), syscall.EPERM)
	prove.Fails("giving it away", syscall.Chown("all/mine", 1001, -1), syscall.EPERM)
	prove.Fails("chmod of another's", syscall.Chmod("write", 0o600), syscall.EPERM)
	prove.Fails("chown of another's", syscall.Chown("write", 1000, -1), syscall.EPERM)
	prove.Ok("touching what one may write", syscall.UtimesNano("write", justNow()))
	prove.Fails("touching what one may not", syscall.UtimesNano("read", justNow()), syscall.EACCES)
	prove.Fails("times of another's", syscall.UtimesNano("write", []syscall.Timespec{{Sec: 1}, {Sec: 1}}), syscall.EPERM)
	prove.Ok("times of one's own", syscall.UtimesNano("all/mine", []syscall.Timespec{{Sec: 1}, {Sec: 1}}))
	prove.Ok("unlink", syscall.Unlink("all/mine"))
	prove.Ok("a directory in a group's", syscall.Mkdir("group/new", 0o700))
	prove.Ok("stat", syscall.Stat("group/new", &stat))
	prove.Equal("whose it is", [2]uint32{stat.Uid, stat.Gid}, [2]uint32{1000, 4000})
	prove.Ok("rmdir", syscall.Rmdir("group/new"))
}

// justNow is now, twice, as UTIME_NOW says it.
func justNow() []syscall.Timespec {
	const now = 1<<30 - 1
	return []syscall.Timespec{{Nsec: now}, {Nsec: now}}
}

// staying: who gave user 0 up does not get back.
func staying() {
	prove.Fails("setuid", raw.Err(syscall.SYS_SETUID, 0), syscall.EPERM)
	prove.Fails("setresuid", raw.Err(syscall.SYS_SETRESUID, raw.Minus(1), 0, raw.Minus(1)), syscall.EPERM)
	prove.Fails("setregid", raw.Err(syscall.SYS_SETREGID, 4000, raw.Minus(1)), syscall.EPERM)
	prove.Fails("setgroups", raw.Err(syscall.SYS_SETGROUPS, 0, 0), syscall.EPERM)
	prove.Equal("setfsuid", number("setfsuid", syscall.SYS_SETFSUID, 0), 1000)
	prove.Equal("setfsuid", number("setfsuid", syscall.SYS_SETFSUID, raw.Minus(1)), 1000)
	before := get(files)
	prove.Fails("a higher limit", raw.Err(syscall.SYS_PRLIMIT64, 0, files, raw.P(raw.New(limit{before.Soft, before.Hard + 1})), 0), syscall.EPERM)
	prove.Equal("what it may do", mayDo(), uint64(0))
	holds("Uid:", "1000 1000 1000 1000")
	holds("Gid:", "1000 1000 1000 1000")
	holds("Groups:", "4000 4001")
	groups := raw.New([2]uint32{})
	prove.Equal("getgroups", number("getgroups", syscall.SYS_GETGROUPS, 2, raw.P(groups)), 2)
	prove.Equal("the groups", *groups, [2]uint32{4000, 4001})
	prove.Fails("getgroups, too little room", raw.Err(syscall.SYS_GETGROUPS, 1, raw.P(groups)), syscall.EINVAL)
}

// mayDo tells the effective capabilities.
func mayDo() uint64 {
	header, sets := raw.New([2]uint32{0x20080522, 0}), raw.New([6]uint32{})
	prove.Ok("capget", raw.Err(syscall.SYS_CAPGET, raw.P(header), raw.P(sets)))
	return uint64(sets[3])<<32 | uint64(sets[0])
}

// holds checks a line of this thread's status.
func holds(key, want string) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/status", raw.Gettid()))
	prove.Ok("status", err)
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, key) {
			prove.Equal(key, strings.Join(strings.Fields(line[len(key):]), " "), want)
			return
		}
	}
	prove.Fail("status has no %s", key)
}

// switching: a saved 0 leads back, and each call sets what its page says.
func switching() {
	keep := raw.Minus(1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		all := mayDo()
		prove.Ok("setresuid", raw.Err(syscall.SYS_SETRESUID, keep, 1000, keep))
		holds("Uid:", "0 1000 0 1000")
		prove.Fails("reading as 1000", opens("secret", syscall.O_RDONLY), syscall.EACCES)
		prove.Ok("access as the real user", syscall.Access("secret", 4))
		here, effective := raw.Minus(100), uintptr(0x200)
		prove.Fails("AT_EACCESS", raw.Err(raw.SYS_FACCESSAT2, here, raw.Path("secret"), 4, effective), syscall.EACCES)
		prove.Equal("what it may do", mayDo(), uint64(0))
		prove.Ok("setuid", raw.Err(syscall.SYS_SETUID, 0))
		holds("Uid:", "0 0 0 0")
		prove.Ok("reading as 0", opens("secret", syscall.O_RDONLY))
		prove.Equal("what it may do", mayDo(), all)
		prove.Equal("setfsuid", number("setfsuid", syscall.SYS_SETFSUID, 1000), 0)
		prove.Fails("reading with the files of 1000", opens("secret", syscall.O_RDONLY), syscall.EACCES)
		prove.Equal("setfsuid", number("setfsuid", syscall.SYS_SETFSUID, 0), 1000)
		prove.Ok("setreuid", raw.Err(syscall.SYS_SETREUID, 1, 0))
		holds("Uid:", "1 0 0 0")
		prove.Ok("setreuid", raw.Err(syscall.SYS_SETREUID, 0, 2))
		holds("Uid:", "0 2 2 2")
		prove.Ok("setreuid", raw.Err(syscall.SYS_SETREUID, keep, 0))
		holds("Uid:", "0 0 2 0")
		prove.Ok("setregid", raw.Err(syscall.SYS_SETREGID, 101, 0))
		holds("Gid:", "101 0 0 0")
		prove.Ok("setgid", raw.Err(syscall.SYS_SETGID, 7))
		holds("Gid:", "7 7 7 7")
		prove.Ok("setgroups", raw.Err(syscall.SYS_SETGROUPS, 0, 0))
		holds("Groups:", "")
		prove.Ok("setresuid", raw.Err(syscall.SYS_SETRESUID, 1, 0, 2))
		holds("Uid:", "1 0 2 0")
	}()
	<-done
}
