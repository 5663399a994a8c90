package main

import (
	"runtime"
	"syscall"
	"unsafe"

	"proofs/prove"
	"proofs/raw"
)

// execution proves that code runs where PROT_EXEC is, and nowhere else.
func execution() {
	memory, err := raw.Map(0, raw.Page, raw.RW, raw.Anonymous)
	prove.Must("mapping a page", err)
	copy(raw.At(memory, len(code)), code)
	prove.That(runFaults(memory), "code in writable memory does not run")
	prove.Ok("making it code", protect(memory, raw.Page, syscall.PROT_READ|syscall.PROT_EXEC))
	synchronize(memory, raw.Page)
	prove.That(!runFaults(memory), "code in executable memory runs")
	prove.That(touch(memory, true), "code cannot be written")
	prove.Ok("making it nothing but code", protect(memory, raw.Page, syscall.PROT_EXEC))
	prove.That(!runFaults(memory), "code that is nothing else runs")
	if runtime.GOARCH == "riscv64" { // on amd64 it depends on the CPU: with protection keys Linux forbids it, too
		prove.That(touch(memory, false), "and cannot be read")
		_, err = syscall.Write(1, raw.At(memory, 1))
		prove.Fails("not by the kernel either", err, syscall.EFAULT)
	}
	prove.Ok("making it data", protect(memory, raw.Page, raw.RW))
	prove.That(runFaults(memory), "what was code does not run")
	prove.Ok("unmapping", unmap(memory, raw.Page))
}

// runFaults calls a function without arguments at this address.
func runFaults(address uintptr) (fault bool) {
	defer func() { fault = recover() != nil }()
	// A Go function value points to a word that holds the address of the code.
	entry := raw.New(address)
	function := *(*func())(unsafe.Pointer(&entry))
	function()
	return false
}
