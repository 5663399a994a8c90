package main

import (
	"fmt"
	"sync/atomic"
	"syscall"

	"proofs/raw"
)

// race has threads do what only one can succeed in.
func race(w *world, d *dice) {
	threads, what := 2+d.Intn(5), d.Intn(5)
	var won, lost, other uint32
	syscall.Mkdir("many", 0o755)
	all(threads, func(i int) {
		var err error
		mine := fmt.Sprintf("many/%d", i)
		switch what {
		case 0:
			var fd int
			if fd, err = syscall.Open("many/one", syscall.O_CREAT|syscall.O_EXCL|syscall.O_RDWR, 0o600); err == nil {
				syscall.Close(fd)
			}
		case 1:
			err = syscall.Mkdir("many/one", 0o700)
		case 2:
			err = syscall.Symlink("a", "many/one")
		case 3:
			syscall.Mkdir(mine, 0o700)
			err = raw.Err(raw.SYS_RENAMEAT2, raw.AtCwd, raw.Path(mine), raw.AtCwd, raw.Path("many/one"), 1)
			syscall.Rmdir(mine)
		case 4:
			syscall.Mkdir("many/one", 0o700)
			err = syscall.Rmdir("many/one")
			if err == syscall.ENOENT {
				err = syscall.EEXIST
			}
			if err == nil {
				err = syscall.EEXIST
			}
		}
		switch err {
		case nil:
			atomic.AddUint32(&won, 1)
		case syscall.EEXIST:
			atomic.AddUint32(&lost, 1)
		default:
			atomic.AddUint32(&other, 1)
		}
	})
	if other == uint32(threads) { // a program without descriptors, or whose directory is gone
		other = 0
		lost = uint32(threads)
	}
	syscall.Unlink("many/one")
	syscall.Rmdir("many/one")
	w.say("a race of %d: %d %d %d, then %v", threads, won, lost, other, syscall.Rmdir("many"))
}

// appendAll has threads write at the end of one file.
func appendAll(w *world, d *dice) {
	fd, err := syscall.Open("log", syscall.O_CREAT|syscall.O_RDWR|syscall.O_APPEND, 0o600)
	if err != nil {
		return
	}
	threads, times, size := 2+d.Intn(4), 1+d.Intn(40), 1+d.Intn(6000)
	all(threads, func(i int) {
		line := make([]byte, size)
		for at := range line {
			line[at] = byte('a' + i)
		}
		for n := 0; n < times; n++ {
			syscall.Write(fd, line)
		}
	})
	whole, line := 0, make([]byte, size)
	for at := int64(0); ; at += int64(size) {
		if n, _ := syscall.Pread(fd, line, at); n != size {
			break
		}
		same := true
		for _, b := range line {
			same = same && b == line[0]
		}
		if same {
			whole++
		}
	}
	w.say("%d threads appended %d times %d: %d whole", threads, times, size, whole)
	syscall.Close(fd)
	syscall.Unlink("log")
}
