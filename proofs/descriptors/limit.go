package main

import (
	"os"
	"syscall"

	"proofs/prove"
)

// noneLeft proves that an open for which no descriptor is left has done nothing: no file is made, none is emptied.
func noneLeft() {
	prove.Write("kept", "text")
	next := open("kept", os.O_RDONLY)
	syscall.Close(next)

	var before syscall.Rlimit
	prove.Must("getrlimit", syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before))
	few := syscall.Rlimit{Cur: uint64(next), Max: before.Max}
	prove.Must("setrlimit", syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few))
	_, err := syscall.Open("made", os.O_RDWR|os.O_CREATE, 0o644)
	prove.Fails("making a file without a descriptor", err, syscall.EMFILE)
	_, err = syscall.Open("kept", os.O_RDWR|os.O_TRUNC, 0)
	prove.Fails("emptying a file without a descriptor", err, syscall.EMFILE)
	_, err = syscall.Open("none/such", os.O_RDONLY, 0)
	prove.Fails("a missing file without a descriptor", err, syscall.EMFILE)
	_, err = syscall.Dup(0)
	prove.Fails("dup without a descriptor", err, syscall.EMFILE)
	prove.Must("setrlimit back", syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before))

	prove.Holds("kept", "text")
	_, err = os.Stat("made")
	prove.That(os.IsNotExist(err), "the file was made all the same: %v", err)
	prove.Equal("the next descriptor", open("kept", os.O_RDONLY), next)
	syscall.Close(next)
}
