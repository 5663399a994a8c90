// Package raw makes system calls without the help of Go's own packages: for what they never ask, or ask in
// one way only. Numbers that package syscall lacks stand in the files of the two architectures.
package raw

import (
	"runtime"
	"sync"
	"syscall"
	"unsafe"
)

// Call makes a system call; error is nil or a syscall.Errno. Pointers are passed by P.
func Call(number uintptr, args ...uintptr) (uintptr, error) {
	var a [6]uintptr
	copy(a[:], args)
	result, _, errno := syscall.Syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5])
	if errno != 0 {
		return result, errno
	}
	return result, nil
}

// Err is Call for those who want the error alone.
func Err(number uintptr, args ...uintptr) error {
	_, err := Call(number, args...)
	return err
}

// pinned keeps every object alive and on the heap whose address was handed out as a number: Go's heap
// does not move, stacks do.
var (
	pinLock sync.Mutex
	pinned  []any
)

func pin(object any) {
	pinLock.Lock()
	defer pinLock.Unlock()
	pinned = append(pinned, object)
}

// P is the address of an object, as a number.
func P[T any](object *T) uintptr {
	pin(object)
	return uintptr(unsafe.Pointer(object))
}

// New makes an object that stays where it is.
func New[T any](value T) *T {
	object := new(T)
	*object = value
	pin(object)
	return object
}

// Bytes is a buffer that stays where it is, and its address.
func Bytes(size int) ([]byte, uintptr) {
	buffer := make([]byte, size)
	pin(buffer)
	return buffer, uintptr(unsafe.Pointer(&buffer[0]))
}

// Path is the address of a NUL-terminated string.
func Path(path string) uintptr {
	buffer, at := Bytes(len(path) + 1)
	copy(buffer, path)
	return at
}

// At is memory at an address, as bytes.
func At(address uintptr, size int) []byte {
	return unsafe.Slice((*byte)(pointer(address)), size)
}

// Word is the 32-bit word at an address.
func Word(address uintptr) *uint32 { return (*uint32)(pointer(address)) }

// pointer turns an address that the kernel gave (not Go's heap) into a pointer.
func pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// Gettid ties the goroutine to its thread and names that thread.
func Gettid() int {
	runtime.LockOSThread()
	return syscall.Gettid()
}

// Page is the size that Go was told in AT_PAGESZ.
var Page = uintptr(syscall.Getpagesize())

// Map asks for memory that Go does not know of.
func Map(address, size uintptr, prot, flags int) (uintptr, error) {
	return Call(syscall.SYS_MMAP, address, size, uintptr(prot), uintptr(flags), ^uintptr(0), 0)
}

// Anonymous and Fixed are the flags Go's runtime itself uses.
const (
	Anonymous = syscall.MAP_PRIVATE | syscall.MAP_ANON
	Fixed     = Anonymous | syscall.MAP_FIXED
	RW        = syscall.PROT_READ | syscall.PROT_WRITE
	None      = syscall.PROT_NONE
)

// AtCwd is AT_FDCWD as an argument.
const AtCwd = ^uintptr(99)

// Minus is a negative argument.
func Minus(n int) uintptr { return uintptr(-n) }
