// Proof mmap: mappings split, replace, move and vanish exactly; huge reservations cost nothing; files are
// mapped; faults come where no access is allowed and can be recovered.
//
//proof:not-in-user-mode QEMU 7.2 takes MAP_FIXED_NOREPLACE and wrong advice, and keeps a break of its own
package main

import (
	"runtime/debug"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

const gib = 1 << 30

// touch reads or writes a byte and tells whether that faulted.
func touch(address uintptr, write bool) (fault bool) {
	defer func() {
		if recovered := recover(); recovered != nil {
			fault = true
			type addressed interface{ Addr() uintptr }
			if a, ok := recovered.(addressed); ok {
				prove.Equal("the address of the fault", a.Addr(), address)
			}
		}
	}()
	if write {
		raw.At(address, 1)[0] = 7
	} else {
		sink = raw.At(address, 1)[0]
	}
	return false
}

var sink byte

func protect(address, size uintptr, prot int) error {
	return raw.Err(syscall.SYS_MPROTECT, address, size, uintptr(prot))
}

func unmap(address, size uintptr) error { return raw.Err(syscall.SYS_MUNMAP, address, size) }

// access says for each page of a range: - nothing, r read only, w writable.
func access(address uintptr, pages int) (text string) {
	for i := 0; i < pages; i++ {
		page := address + uintptr(i)*raw.Page
		switch {
		case touch(page, false):
			text += "-"
		case touch(page, true):
			text += "r"
		default:
			text += "w"
		}
	}
	return text
}

func main() {
	debug.SetPanicOnFault(true)
	scratch := prove.Scratch()
	areas()
	refusals()
	files()
	moves()
	execution()
	prove.Leave(scratch)
}

// areas proves reservations, splits, replacements, protection and advice.
func areas() {
	page := raw.Page

	// Reservations of many GiB, with a few pages used inside.
	reserved, err := raw.Map(0, 16*gib, raw.None, raw.Anonymous)
	prove.Must("reserving 16 GiB", err)
	prove.That(touch(reserved+5*gib, false), "a reservation faults")
	for i := uintptr(0); i < 16; i++ {
		at, err := raw.Map(reserved+i*gib, 2*page, raw.RW, raw.Fixed)
		prove.That(at == reserved+i*gib && err == nil, "committing: %#x, %v", at, err)
		prove.Equal("pages around", access(at-page*b(i > 0), 3+int(b(i > 0))), []string{"ww-", "-ww-"}[b(i > 0)])
	}
	prove.Ok("unmapping all of it", unmap(reserved, 16*gib))
	prove.That(touch(reserved+3*gib, false), "unmapped memory faults")
	prove.Ok("unmapping nothing", unmap(reserved, gib))

	// Splitting by protection, replacing, holes.
	base, err := raw.Map(0, 8*page, raw.RW, raw.Anonymous)
	prove.Must("mapping 8 pages", err)
	for i := uintptr(0); i < 8; i++ {
		raw.At(base+i*page, 1)[0] = byte(i + 1)
	}
	prove.Ok("read only", protect(base+page, 2*page, syscall.PROT_READ))
	prove.Ok("a hole", unmap(base+4*page, page))
	prove.Ok("no access", protect(base+6*page, page, raw.None))
	prove.Equal("the pages", access(base, 8), "wrrw-w-w")
	prove.Ok("access again", protect(base+6*page, page, raw.RW))
	prove.Equal("its contents stayed", raw.At(base+6*page, 1)[0], byte(7))
	prove.Equal("protecting across a hole", protect(base, 8*page, raw.RW), error(syscall.ENOMEM))
	_, err = raw.Map(base+2*page, 3*page, raw.RW, raw.Fixed)
	prove.Ok("replacing", err)
	prove.Equal("replaced pages are zero", raw.At(base+2*page, 1)[0]|raw.At(base+3*page, 1)[0]|raw.At(base+4*page, 1)[0], byte(0))
	prove.Equal("their neighbour is not", raw.At(base+5*page, 1)[0], byte(7))

	// MADV_DONTNEED gives zeroes and keeps the mapping.
	prove.Ok("madvise", raw.Err(syscall.SYS_MADVISE, base+5*page, 2*page, raw.MADV_DONTNEED))
	prove.Equal("given back", raw.At(base+5*page, 1)[0]|raw.At(base+6*page, 1)[0], byte(0))
	prove.Equal("not given back", raw.At(base+7*page, 1)[0], byte(7))
	for advice := range map[uintptr]bool{raw.MADV_WILLNEED: true, raw.MADV_HUGEPAGE: true, raw.MADV_NOHUGEPAGE: true} {
		err := raw.Err(syscall.SYS_MADVISE, base, page, advice)
		prove.That(err == nil || err == syscall.EINVAL, "advice %d: %v", advice, err)
		prove.Equal("kept", raw.At(base+7*page, 1)[0], byte(7))
	}
	prove.Ok("MADV_FREE", raw.Err(syscall.SYS_MADVISE, base+7*page, page, raw.MADV_FREE))
	got := raw.At(base+7*page, 1)[0]
	prove.That(got == 7 || got == 0, "after MADV_FREE: %d", got)
	prove.Ok("unmapping", unmap(base, 8*page))

	// Shared memory is an object behind its mapping, which keeps what is in it.
	shared, err := raw.Map(0, page, raw.RW, syscall.MAP_SHARED|syscall.MAP_ANON)
	prove.Must("shared memory", err)
	raw.At(shared, 1)[0] = 9
	prove.Ok("MADV_DONTNEED of shared memory", raw.Err(syscall.SYS_MADVISE, shared, page, raw.MADV_DONTNEED))
	prove.Equal("shared memory keeps", raw.At(shared, 1)[0], byte(9))
	prove.Fails("MADV_FREE of shared memory", raw.Err(syscall.SYS_MADVISE, shared, page, raw.MADV_FREE), syscall.EINVAL)
	prove.Ok("unmapping shared memory", unmap(shared, page))

	// Hints are taken when free, and never replace.
	free := base
	at, err := raw.Map(free, page, raw.RW, raw.Anonymous)
	prove.That(err == nil && at == free, "a free hint: %#x for %#x, %v", at, free, err)
	raw.At(at, 1)[0] = 9
	other, err := raw.Map(free, page, raw.RW, raw.Anonymous)
	prove.That(err == nil && other != free && raw.At(free, 1)[0] == 9, "a taken hint: %#x, %v", other, err)
	_, err = raw.Map(free, page, raw.RW, raw.Anonymous|raw.MAP_NOREPLACE)
	prove.Fails("MAP_FIXED_NOREPLACE", err, syscall.EEXIST)

	prove.Ok("unmapping", unmap(free, page))
	prove.Ok("unmapping", unmap(other, page))
}

// refusals proves that wrong requests change nothing and say why.
func refusals() {
	page := raw.Page
	free, err := raw.Map(0, 4*page, raw.RW, raw.Anonymous)
	prove.Must("mapping 4 pages", err)
	prove.Ok("a hole", unmap(free+2*page, page))
	_, err = raw.Map(free+1, page, raw.RW, raw.Fixed)
	prove.Fails("a fixed address inside a page", err, syscall.EINVAL)
	_, err = raw.Map(0, 0, raw.RW, raw.Anonymous)
	prove.Fails("no length", err, syscall.EINVAL)
	_, err = raw.Map(0, 1<<56, raw.RW, raw.Anonymous)
	prove.Fails("more than the address space", err, syscall.ENOMEM)
	_, err = raw.Map(raw.Minus(1<<20), page, raw.RW, raw.Fixed)
	prove.Fails("in the kernel", err, syscall.ENOMEM)
	_, err = raw.Map(0, page, raw.RW, syscall.MAP_ANON)
	prove.Fails("neither private nor shared", err, syscall.EINVAL)
	prove.Fails("munmap inside a page", unmap(free+1, page), syscall.EINVAL)
	prove.Fails("munmap of nothing", unmap(free, 0), syscall.EINVAL)
	prove.Fails("mprotect inside a page", protect(free+1, page, 0), syscall.EINVAL)
	prove.Fails("madvise of a hole", raw.Err(syscall.SYS_MADVISE, free, 4*page, raw.MADV_DONTNEED), syscall.ENOMEM)
	prove.Fails("advice that is none", raw.Err(syscall.SYS_MADVISE, free, page, 9999), syscall.EINVAL)

	prove.That(touch(0, false), "page 0 faults")
	prove.That(faults(raw.Minus(1<<30)), "the kernel's memory faults")
	prove.That(faults(0x8000000000000000), "an address that is none faults")
	prove.Ok("unmapping", unmap(free, 4*page))
}

func b(condition bool) uintptr {
	if condition {
		return 1
	}
	return 0
}
