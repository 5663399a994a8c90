// Garbage allocates much and keeps a part: trees that die young and one that lives, maps, strings. Its argument is the
// number of rounds. The collector runs all the time, with its own threads; what is printed is the same everywhere.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
)

type node struct{ left, right *node }

func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	rounds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	debug.SetGCPercent(25)
	old := grow(15)
	names := map[string][]int{}
	sum := 0
	for round := 0; round < rounds; round++ {
		sum += grow(12).count()
		for i := 0; i < 500; i++ {
			name := "name " + strconv.Itoa((round*500+i)%20011)
			names[name] = append(names[name], i)
			if len(names[name]) > 8 {
				delete(names, name)
			}
		}
	}
	for name, list := range names {
		sum += len(name) * len(list)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	if stats.NumGC < 3 {
		panic("the collector has not run")
	}
	fmt.Println(sum, old.count(), len(names))
}
