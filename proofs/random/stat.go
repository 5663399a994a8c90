package main

import (
	"fmt"
	"sort"
	"strings"
	"syscall"

	"proofs/raw"
)

// facts are those that do not tell file systems in memory apart; an inode is told by who came first.
func (w *world) facts(s *syscall.Stat_t) string {
	if _, known := w.inodes[s.Ino]; !known {
		w.inodes[s.Ino] = len(w.inodes) + 1
	}
	facts := fmt.Sprintf("inode %d, %#o", w.inodes[s.Ino], s.Mode)
	switch s.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		facts += fmt.Sprintf(", %d links, %d bytes", s.Nlink, s.Size)
		if !w.files { // reading a hole through a mapping fills it, in tmpfs
			facts += fmt.Sprintf(", %d blocks", s.Blocks)
		}
	case syscall.S_IFLNK:
		facts += fmt.Sprintf(", %d links, %d bytes", s.Nlink, s.Size)
	case syscall.S_IFDIR:
		facts += fmt.Sprintf(", %d links", s.Nlink)
	}
	return facts
}

func stat(w *world, d *dice) {
	fd, status := w.fd(d), w.alloc(256)
	label := fmt.Sprintf("fstat(%d)", int(fd))
	var err error
	if d.one(2) {
		at, path := w.fileName(d)
		flags := pick(d, 0, 0, raw.AT_SYMLINK_NOFOLLOW, raw.AT_EMPTY_PATH, 1)
		label = fmt.Sprintf("newfstatat(%d, %q, %#x)", int(at), brief(path), flags)
		err = raw.Err(statAt, at, w.text(path), status, uintptr(flags))
	} else {
		err = raw.Err(syscall.SYS_FSTAT, fd, status)
	}
	if err != nil {
		w.say("%s = %s", label, answer(0, err))
		return
	}
	w.say("%s = %s", label, w.facts((*syscall.Stat_t)(pointer(status))))
}

// entries are a directory's, sorted: their order is the file system's affair.
func entries(w *world, d *dice) {
	fd, size := w.fd(d), pick(d, 4096, 4096, 100, 24, 1, 0)
	buffer, names := w.alloc(4096), []string{}
	for {
		n, err := raw.Call(syscall.SYS_GETDENTS64, fd, buffer, uintptr(size))
		if err != nil || n == 0 {
			sort.Strings(names)
			w.say("getdents64(%d, %d) = %s, %v", int(fd), size, answer(n, err), names)
			return
		}
		for at := uintptr(0); at < n; {
			record := raw.At(buffer+at, 20)
			length := uintptr(record[16]) | uintptr(record[17])<<8
			text := string(raw.At(buffer+at+19, int(length)-19))
			names = append(names, fmt.Sprintf("%s:%d", text[:strings.IndexByte(text, 0)], record[18]))
			at += length
		}
	}
}
