package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

func remap(old, oldSize, newSize, flags uintptr, to ...uintptr) (uintptr, error) {
	return raw.Call(syscall.SYS_MREMAP, append([]uintptr{old, oldSize, newSize, flags}, to...)...)
}

// moves proves mremap, mincore, msync, mlock and brk.
func moves() {
	page := raw.Page
	base, err := raw.Map(0, 4*page, raw.RW, raw.Anonymous)
	prove.Must("mapping 4 pages", err)
	for i := uintptr(0); i < 4; i++ {
		raw.At(base+i*page, 1)[0] = byte(i + 1)
	}
	at, err := remap(base, 4*page, 3*page, 0)
	prove.That(err == nil && at == base, "shrinking in place: %v", err)
	prove.That(faults(base+3*page), "the page cut off faults")

	// Growing moves when it must, and only when it may.
	blocker, err := raw.Map(base+3*page, page, raw.RW, raw.Fixed)
	prove.Ok("a neighbour", err)
	_, err = remap(base, 3*page, 6*page, 0)
	prove.Fails("growing into a neighbour", err, syscall.ENOMEM)
	moved, err := remap(base, 3*page, 6*page, raw.MREMAP_MAYMOVE)
	prove.Must("growing by moving", err)
	prove.Equal("contents moved", raw.At(moved, 1)[0]+raw.At(moved+page, 1)[0]+raw.At(moved+2*page, 1)[0], byte(6))
	prove.Equal("new pages are zero", raw.At(moved+5*page, 1)[0], byte(0))
	prove.That(faults(base+page), "the old place faults")

	target, err := raw.Map(0, 8*page, raw.None, raw.Anonymous)
	prove.Must("a target", err)
	at, err = remap(moved, 6*page, 6*page, raw.MREMAP_MAYMOVE|raw.MREMAP_FIXED, target+page)
	prove.That(err == nil && at == target+page, "moving to a place: %v", err)
	prove.Equal("contents", raw.At(target+2*page, 1)[0], byte(2))
	_, err = remap(target+page+1, page, page, 0)
	prove.Fails("an address inside a page", err, syscall.EINVAL)
	_, err = remap(moved, page, 2*page, raw.MREMAP_MAYMOVE)
	prove.Fails("where nothing is", err, syscall.EFAULT)
	_, err = remap(target+page, page, 0, 0)
	prove.Fails("to no size", err, syscall.EINVAL)

	// Which pages are there; calls that only order or pin them.
	vector, vectorAt := raw.Bytes(8)
	fresh, err := raw.Map(0, 4*page, raw.RW, raw.Anonymous)
	prove.Must("mapping 4 pages", err)
	raw.At(fresh+page, 1)[0] = 1
	hole := fresh + 3*page
	prove.Ok("a hole", unmap(hole, page))
	prove.Ok("mincore", raw.Err(syscall.SYS_MINCORE, fresh, 3*page, vectorAt))
	prove.Equal("the page touched is there", vector[1]&1, byte(1))
	prove.Fails("mincore of nothing", raw.Err(syscall.SYS_MINCORE, hole, page, vectorAt), syscall.ENOMEM)
	prove.Fails("mincore inside a page", raw.Err(syscall.SYS_MINCORE, fresh+1, page, vectorAt), syscall.EINVAL)
	prove.Ok("msync", raw.Err(syscall.SYS_MSYNC, fresh, page, 4))
	prove.Ok("msync, later", raw.Err(syscall.SYS_MSYNC, fresh, page, 1))
	prove.Fails("msync now and later", raw.Err(syscall.SYS_MSYNC, fresh, page, 5), syscall.EINVAL)
	prove.Fails("msync of nothing", raw.Err(syscall.SYS_MSYNC, hole, page, 4), syscall.ENOMEM)
	prove.Ok("mlock", raw.Err(syscall.SYS_MLOCK, fresh, page))
	prove.Ok("munlock", raw.Err(syscall.SYS_MUNLOCK, fresh, page))

	// The break moves up and down; what it cannot do it answers with where it is.
	start, _ := raw.Call(syscall.SYS_BRK, 0)
	prove.That(start != 0, "the break is at %#x", start)
	up, _ := raw.Call(syscall.SYS_BRK, start+3*page)
	prove.Equal("the break", up, start+3*page)
	if up == start+3*page {
		raw.At(start+2*page, 1)[0] = 5
		raw.Call(syscall.SYS_BRK, start)
		prove.That(faults(start+2*page), "above the break nothing is left")
		raw.Call(syscall.SYS_BRK, start+3*page)
		prove.Equal("memory that came back", raw.At(start+2*page, 1)[0], byte(0))
	}
	same, _ := raw.Call(syscall.SYS_BRK, page)
	prove.Equal("the break after a wrong one", same, start+3*page)
	for _, area := range [][2]uintptr{{blocker, page}, {target, 8 * page}, {fresh, 4 * page}} {
		prove.Ok("unmapping", unmap(area[0], area[1]))
	}
}
