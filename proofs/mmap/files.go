package main

import (
	"bytes"
	"os"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

func mapFile(f *os.File, size uintptr, prot, flags int, offset int64) (uintptr, error) {
	return raw.Call(syscall.SYS_MMAP, 0, size, uintptr(prot), uintptr(flags), f.Fd(), uintptr(offset))
}

// faults tells whether reading this address panics.
func faults(address uintptr) (fault bool) {
	defer func() { fault = recover() != nil }()
	sink = raw.At(address, 1)[0]
	return false
}

// files proves mappings of files: private copies, shared pages, the end of the file, and faults behind it.
func files() {
	page := int(raw.Page)
	content := make([]byte, 3*page+100)
	for i := range content {
		content[i] = byte(i>>8 ^ i)
	}
	prove.Ok("writing", os.WriteFile("f", content, 0o600))
	f, err := os.OpenFile("f", os.O_RDWR, 0)
	prove.Must("opening", err)

	// Reading, private writing.
	private, err := mapFile(f, raw.Page*4, raw.RW, syscall.MAP_PRIVATE, 0)
	prove.Must("mapping privately", err)
	prove.That(bytes.Equal(raw.At(private, len(content)), content), "the mapping shows the file")
	prove.Equal("zeroes behind the end", bytes.Count(raw.At(private+uintptr(len(content)), page-100), []byte{0}), page-100)
	raw.At(private, 1)[0] = 0xaa
	now, _ := os.ReadFile("f")
	prove.That(bytes.Equal(now, content), "a private write stays private")

	// What may be written may be read, also before it is written.
	unread, err := mapFile(f, raw.Page, syscall.PROT_WRITE, syscall.MAP_PRIVATE, 0)
	prove.Must("mapping for writing alone", err)
	prove.Equal("a byte of it", raw.At(unread, 9)[8], content[8])
	raw.At(unread, 9)[8] = 0x55
	prove.Equal("and written", raw.At(unread, 9)[8], byte(0x55))

	// An offset of whole pages; others are refused.
	second, err := mapFile(f, raw.Page, syscall.PROT_READ, syscall.MAP_PRIVATE, int64(page))
	prove.Ok("mapping at an offset", err)
	prove.That(bytes.Equal(raw.At(second, page), content[page:2*page]), "the second page")
	_, err = mapFile(f, raw.Page, syscall.PROT_READ, syscall.MAP_PRIVATE, 100)
	prove.Fails("an offset inside a page", err, syscall.EINVAL)
	const last = int64(1<<63 - 1)
	_, err = mapFile(f, 1, syscall.PROT_READ, syscall.MAP_PRIVATE, last&^int64(page-1))
	prove.Fails("a page of which a file cannot have the end", err, syscall.EOVERFLOW)
	zero, err := os.OpenFile("/dev/zero", os.O_RDWR, 0)
	prove.Must("opening /dev/zero", err)
	_, err = mapFile(zero, 1, syscall.PROT_READ, syscall.MAP_PRIVATE, -int64(page))
	prove.Fails("the last page of all offsets", err, syscall.EOVERFLOW)
	zeros, err := mapFile(zero, 1, raw.RW, syscall.MAP_PRIVATE, -2*int64(page))
	prove.Ok("the one before it, of zeros", err)
	prove.Equal("a byte of them", raw.At(zeros, 1)[0], byte(0))
	read, _ := os.Open("f")
	_, err = mapFile(read, raw.Page, raw.RW, syscall.MAP_SHARED, 0)
	prove.Fails("shared writing of what is open for reading", err, syscall.EACCES)
	_, err = raw.Call(syscall.SYS_MMAP, 0, raw.Page, syscall.PROT_READ, syscall.MAP_PRIVATE, raw.NoDescriptor, 0)
	prove.Fails("a closed descriptor", err, syscall.EBADF)

	// The mapping outlives the descriptor; behind the file there is nothing.
	long, err := mapFile(read, raw.Page*8, syscall.PROT_READ, syscall.MAP_PRIVATE, 0)
	prove.Ok("mapping more than there is", err)
	read.Close()
	prove.Equal("the last byte", raw.At(long, len(content))[len(content)-1], content[len(content)-1])
	prove.That(faults(long+raw.Page*5), "pages behind the end fault")

	// Shared pages and the file are the same bytes.
	shared, err := mapFile(f, raw.Page, raw.RW, syscall.MAP_SHARED, 0)
	if prove.Ok("mapping shared", err) {
		copy(raw.At(shared, 5), "hello")
		prove.Ok("msync", raw.Err(syscall.SYS_MSYNC, shared, raw.Page, 4))
		now, _ = os.ReadFile("f")
		prove.Equal("written through memory", string(now[:5]), "hello")
		f.WriteAt([]byte("HE"), 0)
		prove.Equal("written through the file", string(raw.At(shared, 5)), "HEllo")
	}
	prove.Ok("unmapping", raw.Err(syscall.SYS_MUNMAP, long, raw.Page*8))
	f.Close()
}
