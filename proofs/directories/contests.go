package main

import (
	"io/fs"
	"os"
	"sync"

	"proofs/prove"
)

// contest has several goroutines change a name at once, time and again: one can, the others find nothing.
func contest(what string, restore func(), change func() error) {
	const rounds, rivals = 100, 4
	for round := 0; round < rounds; round++ {
		restore()
		var begin, end sync.WaitGroup
		begin.Add(1)
		results := make([]error, rivals)
		for i := range results {
			end.Add(1)
			go func(i int) {
				defer end.Done()
				begin.Wait()
				results[i] = change()
			}(i)
		}
		begin.Done()
		end.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				prove.Fails(what+" of what another one took", err, fs.ErrNotExist)
			}
		}
		prove.Equal(what+" by how many", won, 1)
	}
}

func contests() {
	contest("rmdir", func() { prove.Ok("mkdir", os.Mkdir("prize", 0o755)) }, func() error { return os.Remove("prize") })
	contest("unlink", func() { prove.Write("prize", "") }, func() error { return os.Remove("prize") })
	contest("rename", func() { prove.Write("prize", "") }, func() error { return os.Rename("prize", "taken") })
	prove.Ok("unlink", os.Remove("taken"))
}
