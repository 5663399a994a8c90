package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"

	"proofs/raw"
)

var memoryKinds = []kind{
	{"memory", 6, mapAnonymous}, {"memory", 4, mapFile}, {"memory", 4, unmap}, {"memory", 5, protect},
	{"memory", 5, advise}, {"memory", 4, move}, {"memory", 7, store}, {"memory", 5, load},
	{"memory", 2, inCore}, {"memory", 2, syncMemory}, {"memory", 1, (*world).printArenaStep},
}

// PROT_EXEC alone is left out: whether it can be read is the CPU's affair.
func protection(d *dice) int {
	if d.one(40) {
		return pick(d, 8, 16, -1)
	}
	return pick(d, 0, 1, 1, 2, 3, 3, 3, 3, 5, 7)
}

// mapped tells of a new mapping in the arena, and removes one that came elsewhere.
func mapped(w *world, label string, at, length uintptr, err error) {
	switch {
	case err != nil:
		w.say("%s = %s", label, answer(at, err))
	case at >= arena && at < arena+arenaPages*raw.Page:
		w.say("%s = %s", label, name(at))
	default:
		w.say("%s = elsewhere, %s", label, answer(raw.Call(syscall.SYS_MUNMAP, at, length)))
	}
}

func mapAnonymous(w *world, d *dice) {
	at, length, prot := w.place(d), w.extent(d), protection(d)
	flags := pick(d, syscall.MAP_PRIVATE, syscall.MAP_PRIVATE, syscall.MAP_PRIVATE, syscall.MAP_SHARED) | syscall.MAP_ANON
	flags |= pick(d, syscall.MAP_FIXED, syscall.MAP_FIXED, syscall.MAP_FIXED, raw.MAP_NOREPLACE, 0)
	flags |= d.bits(12, syscall.MAP_NORESERVE, syscall.MAP_POPULATE, syscall.MAP_STACK)
	if d.one(40) {
		flags = syscall.MAP_ANON | pick(d, 0, syscall.MAP_FIXED)
	}
	offset := pick[int64](d, 0, 0, 0, 4096, 77)
	w.files = w.files || flags&syscall.MAP_POPULATE != 0 // the table says that no pages come by it
	label := fmt.Sprintf("mmap(%s, %d, %d, %#x, -1, %d)", name(at), int(length), prot, flags, offset)
	got, err := raw.Call(syscall.SYS_MMAP, at, length, uintptr(prot), uintptr(flags), raw.Minus(1), uintptr(offset))
	mapped(w, label, got, length, err)
}

func mapFile(w *world, d *dice) {
	at, length, prot, fd := w.place(d), w.extent(d), protection(d), w.fd(d)
	flags := pick(d, syscall.MAP_PRIVATE, syscall.MAP_SHARED) | pick(d, syscall.MAP_FIXED, syscall.MAP_FIXED, syscall.MAP_FIXED, 0)
	offset := int64(d.Intn(5)) * 4096
	if d.one(15) {
		offset = w.offset(d)
	}
	if (length == 0 || length > 1<<40 || offset < 0 || at > 1<<40) && !w.plain(fd) {
		return
	}
	if !w.plain(fd) {
		prot &^= syscall.PROT_EXEC // since 6.16, Linux lets nothing of that kind run, and says so first
	}
	label := fmt.Sprintf("mmap(%s, %d, %d, %#x, %d, %d)", name(at), int(length), prot, flags, int(fd), offset)
	got, err := raw.Call(syscall.SYS_MMAP, at, length, uintptr(prot), uintptr(flags), fd, uintptr(offset))
	w.files = w.files || err == nil
	mapped(w, label, got, length, err)
}

func unmap(w *world, d *dice) {
	at, length := w.place(d), w.extent(d)
	w.call(fmt.Sprintf("munmap(%s, %d)", name(at), int(length)), syscall.SYS_MUNMAP, at, length)
}

func protect(w *world, d *dice) {
	at, length, prot := w.place(d), w.extent(d), protection(d)
	if prot < 0 || prot > 7 {
		at, length = arena+raw.Page, raw.Page
	}
	w.call(fmt.Sprintf("mprotect(%s, %d, %d)", name(at), int(length), prot), syscall.SYS_MPROTECT, at, length, uintptr(prot))
}

// advise leaves out MADV_FREE and the like, after which memory may hold one thing or the other.
func advise(w *world, d *dice) {
	at, length := w.place(d), w.extent(d)
	advice := pick(d, 0, 1, 2, 3, 4, 4, 4, 4, 4, 10, 11, 14, 15, 16, 17, 20, 21, 77, -1)
	w.call(fmt.Sprintf("madvise(%s, %d, %d)", name(at), int(length), advice), syscall.SYS_MADVISE, at, length, uintptr(advice))
}

// move grows, shrinks or moves a part of a mapping made for it: where two mappings that touch are one is Linux's own affair.
func move(w *world, d *dice) {
	page, pages := raw.Page, uintptr(1+d.Intn(6))
	start := arena + uintptr(d.Intn(arenaPages-14))*page
	shared, newSize := pick(d, syscall.MAP_PRIVATE, syscall.MAP_PRIVATE, syscall.MAP_SHARED), uintptr(1+d.Intn(8))*page
	got, err := raw.Map(start, pages*page, pick(d, raw.RW, raw.RW, syscall.PROT_READ), shared|syscall.MAP_ANON|syscall.MAP_FIXED)
	mapped(w, "mmap for mremap", got, pages*page, err)
	for i := uintptr(0); i < pages; i++ {
		w.poke(start+i*page, byte(d.Intn(256)))
	}
	first := uintptr(d.Intn(int(pages)))
	old, oldSize := start+first*page, uintptr(1+d.Intn(int(pages-first)))*page
	target, flags := w.place(d), pick(d, 0, 1, 1, 3, 3)
	if shared == syscall.MAP_SHARED && newSize > oldSize {
		newSize = oldSize // the table says what is different
	}
	switch d.Intn(30) {
	case 0:
		newSize = 0
	case 1:
		oldSize = (pages + 3) * page
		flags &^= 2 // Linux before 6.17 unmaps the target before it looks at the source, and so do we
	case 2:
		old += 8
	case 3:
		flags = pick(d, 2, 8, 16)
	case 4:
		newSize -= 7
	case 5:
		newSize = raw.Minus(int(page))
	}
	// Only the beginning of a mapping that can grow in place is certain to be told from a neighbour that Linux joined to it.
	label := fmt.Sprintf("mremap(%s, %d, %d, %d, %s)", name(old), int(oldSize), int(newSize), flags, name(target))
	at, err := raw.Call(syscall.SYS_MREMAP, old, oldSize, newSize, uintptr(flags), target)
	if err == nil && (at < arena || at >= arena+arenaPages*page) {
		held := make([]string, 0, 9)
		for i := uintptr(0); i < newSize; i += page {
			value := w.peek(at + i)
			if strings.HasPrefix(value, "fault") {
				value = "-"
			}
			held = append(held, value)
		}
		label += fmt.Sprintf(" holds %v", held)
	}
	mapped(w, label, at, newSize, err)
}

// poke writes a byte; peek tells what is there. Both say so if they cannot.
func (w *world) poke(at uintptr, value byte) (result string) {
	defer fault(&result)
	*(&raw.At(at, 1)[0]) = value
	return "stored"
}

func (w *world) peek(at uintptr) (result string) {
	defer fault(&result)
	return fmt.Sprint(raw.At(at, 1)[0])
}

func fault(result *string) {
	switch problem := recover().(type) {
	case nil:
	case interface{ Addr() uintptr }:
		*result = "fault at " + name(problem.Addr())
	default:
		panic(problem)
	}
}

func store(w *world, d *dice) {
	at := arena + uintptr(d.Intn(arenaPages*int(raw.Page)))
	for i := d.Intn(4); i >= 0; i-- {
		w.say("store to %s: %s", name(at), w.poke(at, byte(d.Intn(256))))
		if at += raw.Page; at >= arena+arenaPages*raw.Page {
			return
		}
	}
}

func load(w *world, d *dice) {
	at := arena + uintptr(d.Intn(arenaPages*int(raw.Page)))
	w.say("load from %s: %s", name(at), w.peek(at))
}

func inCore(w *world, d *dice) {
	at, length, vector := w.place(d), w.extent(d), w.alloc(16)
	err := raw.Err(syscall.SYS_MINCORE, at, length, vector)
	label := fmt.Sprintf("mincore(%s, %d) = %s", name(at), int(length), answer(0, err))
	if err == nil && !w.files {
		label += fmt.Sprintf(" %v", raw.At(vector, int((length+raw.Page-1)/raw.Page)))
	}
	w.say("%s", label)
}

func syncMemory(w *world, d *dice) {
	at, length, flags := w.place(d), w.extent(d), pick(d, 0, 1, 2, 4, 4, 5, 6, 8)
	w.call(fmt.Sprintf("msync(%s, %d, %d)", name(at), int(length), flags), syscall.SYS_MSYNC, at, length, uintptr(flags))
}

func (w *world) printArenaStep(d *dice) { w.printArena() }

// printArena prints what the arena consists of, and what each page holds.
func (w *world) printArena() {
	w.say("maps %s", w.maps())
	var held strings.Builder
	for page := uintptr(0); page < arenaPages; page++ {
		switch sum := w.sum(arena + page*raw.Page); {
		case strings.HasPrefix(sum, "fault"):
			held.WriteString(" -")
		case sum == zeroPage:
			held.WriteString(" 0")
		default:
			held.WriteString(" " + sum)
		}
	}
	w.say("holds%s", held.String())
}

func (w *world) sum(page uintptr) (result string) {
	defer fault(&result)
	return digest(raw.At(page, int(raw.Page)))
}

var zeroPage = digest(make([]byte, raw.Page))

// maps is what /proc/self/maps says of the arena; neighbours with the same permissions count as one.
func (w *world) maps() string {
	// One more descriptor than the program may have.
	raw.Err(syscall.SYS_CLOSE, limitFd-1)
	file, err := os.Open("/proc/self/maps")
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	var list []string
	var lastEnd uintptr
	var lastKind string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var start, end uintptr
		var kind string
		fmt.Sscanf(lines.Text(), "%x-%x %s", &start, &end, &kind)
		if end <= arena || start >= arena+arenaPages*raw.Page {
			continue
		}
		if lastEnd == start && lastKind == kind {
			lastEnd = end
			continue
		}
		if lastKind != "" {
			list[len(list)-1] += name2(lastEnd)
		}
		list = append(list, kind+" "+name2(start)+"-")
		lastEnd, lastKind = end, kind
	}
	if lastKind != "" {
		list[len(list)-1] += name2(lastEnd)
	}
	return strings.Join(list, ", ")
}

func name2(at uintptr) string { return fmt.Sprint((at - arena) / raw.Page) }
