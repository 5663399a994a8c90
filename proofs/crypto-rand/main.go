// Proof crypto-rand: random bytes are there, differ, and are spread evenly.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"sync"
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

func main() {
	// A million bits: ones within six sigma of half (sigma of n bits is sqrt(n)/2 = 500).
	data := make([]byte, 125000)
	_, err := rand.Read(data)
	prove.Must("rand.Read", err)
	ones, repeats := 0, 0
	var counts [256]int
	for i, b := range data {
		counts[b]++
		for bit := 0; bit < 8; bit++ {
			ones += int(b>>bit) & 1
		}
		if i > 0 && data[i-1] == b {
			repeats++
		}
	}
	prove.That(ones > 497000 && ones < 503000, "%d ones in a million bits", ones)
	prove.That(repeats > 300 && repeats < 700, "%d bytes equal the one before", repeats)
	for value, count := range counts {
		prove.That(count > 330 && count < 650, "byte %d came %d times", value, count)
	}

	// No two blocks are equal, from many goroutines at once.
	var lock sync.Mutex
	seen := map[[16]byte]bool{}
	var wait sync.WaitGroup
	for i := 0; i < 16; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for j := 0; j < 200; j++ {
				var block [16]byte
				rand.Read(block[:])
				lock.Lock()
				prove.That(!seen[block], "a block came twice")
				seen[block] = true
				lock.Unlock()
			}
		}()
	}
	wait.Wait()

	// The call itself and its devices.
	buffer, at := raw.Bytes(300)
	for _, flags := range []uintptr{0, 1, 2} { // none, GRND_NONBLOCK, GRND_RANDOM
		n, err := raw.Call(raw.SYS_GETRANDOM, at, 256, flags)
		prove.Ok("getrandom", err)
		prove.Equal("its length", n, uintptr(256))
	}
	prove.That(buffer[256] == 0 && buffer[299] == 0, "nothing is written behind the buffer")
	prove.Fails("an unknown flag", raw.Err(raw.SYS_GETRANDOM, at, 8, 64), syscall.EINVAL)
	prove.Fails("a bad address", raw.Err(raw.SYS_GETRANDOM, 8, 8, 0), syscall.EFAULT)
	for _, name := range []string{"/dev/urandom", "/dev/random"} {
		device, err := os.Open(name)
		if !prove.Ok("opening", err) {
			continue
		}
		a, b := make([]byte, 32), make([]byte, 32)
		device.Read(a)
		device.Read(b)
		prove.That(string(a) != string(b), "%s gives the same twice", name)
		device.Close()
	}

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	prove.Must("making a key", err)
	digest := sha256.Sum256([]byte("proof"))
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	prove.Ok("signing", err)
	prove.That(ecdsa.VerifyASN1(&key.PublicKey, digest[:], signature), "the signature verifies")
	prove.Done()
}
