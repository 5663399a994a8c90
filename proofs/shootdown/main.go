// Proof shootdown: when madvise or mmap has taken pages away, no CPU sees their old contents any more.
// Readers on every CPU keep the translations warm while the pages are taken and given anew.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"proofs/prove"
	"proofs/raw"
)

const (
	pages  = 8
	page   = 4096
	rounds = 300
)

func main() {
	start, err := raw.Map(0, pages*page, raw.RW, raw.Anonymous)
	prove.Must("mmap", err)
	bytes := raw.At(start, pages*page)
	word := func(i int) *uint64 { return (*uint64)(unsafe.Pointer(&bytes[i*page])) }

	// A page holds the number of the round that wrote it, or 0. Rounds up to `gone` are taken away.
	var gone, stale uint64
	var stop uint32
	var readers sync.WaitGroup
	for cpu := 0; cpu <= runtime.NumCPU(); cpu++ {
		readers.Add(1)
		go func() {
			defer readers.Done()
			runtime.LockOSThread()
			for atomic.LoadUint32(&stop) == 0 {
				before := atomic.LoadUint64(&gone)
				for i := 0; i < pages; i++ {
					if seen := atomic.LoadUint64(word(i)); seen != 0 && seen <= before {
						atomic.AddUint64(&stale, 1)
					}
				}
			}
		}()
	}
	for round := uint64(1); round <= rounds; round++ {
		for i := 0; i < pages; i++ {
			atomic.StoreUint64(word(i), round)
		}
		if round%3 == 0 {
			// in one go: the old pages leave, new ones stand at the same place
			_, err = raw.Map(start, pages*page, raw.RW, raw.Fixed)
		} else {
			err = raw.Err(syscall.SYS_MADVISE, start, pages*page, syscall.MADV_DONTNEED)
		}
		prove.Must("taking the pages", err)
		for i := 0; i < pages && round%3 == 1; i++ {
			prove.That(atomic.LoadUint64(word(i)) == 0, "round %d: page %d is not zero", round, i)
		}
		atomic.StoreUint64(&gone, round)
	}
	atomic.StoreUint32(&stop, 1)
	readers.Wait()
	prove.Equal("stale reads", stale, uint64(0))
	prove.Done()
}
