package main

import "proofs/prove"

// cpuid executes CPUID; xgetbv reads XCR0, the vector state that the kernel has enabled.
func cpuid(leaf, subleaf uint32) (a, b, c, d uint32)
func xgetbv() (low, high uint32)

func features() {
	const sse2, osxsave, x87AndSSE = 1 << 26, 1 << 27, 3
	_, _, c, d := cpuid(1, 0)
	prove.That(d&sse2 != 0 && auxiliary[hardwareCapabilities]&sse2 != 0, "AT_HWCAP is %#x, CPUID says %#x",
		auxiliary[hardwareCapabilities], d)
	if c&osxsave == 0 {
		return
	}
	enabled, _ := xgetbv()
	prove.Equal("the state that every program has", enabled&x87AndSSE, uint32(x87AndSSE))
	// What is enabled goes into signal frames.
	_, size, _, _ := cpuid(13, 0)
	if least, there := auxiliary[leastSignalStack]; there {
		prove.That(least > uint64(size), "AT_MINSIGSTKSZ is %d, vector state takes %d bytes", least, size)
	}
}
