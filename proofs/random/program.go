package main

import (
	"math/rand"
	"runtime"
)

// kind is one kind of step. Families are what a seed makes frequent, rare or absent.
type kind struct {
	family string
	weight int
	run    func(*world, *dice)
}

// dice decide all that a step does. Each step has its own, so that leaving one out changes no other.
type dice struct{ *rand.Rand }

// splitMix is the generator of Steele, Lea and Flood (2014): any 64 bits seed it well.
type splitMix uint64

func (s *splitMix) Uint64() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
func (s *splitMix) Int63() int64    { return int64(s.Uint64() >> 1) }
func (s *splitMix) Seed(seed int64) { *s = splitMix(seed) }

func newDice(seed, step uint64) *dice {
	first := splitMix(seed)
	source := splitMix(first.Uint64() + step)
	return &dice{rand.New(&source)}
}

// one is true once in n times.
func (d *dice) one(n int) bool { return d.Intn(n) == 0 }

func pick[T any](d *dice, choices ...T) T { return choices[d.Intn(len(choices))] }

// bits joins some of these flags, each once in `rarity` times.
func (d *dice) bits(rarity int, flags ...int) (set int) {
	for _, flag := range flags {
		if d.one(rarity) {
			set |= flag
		}
	}
	return set
}

var kinds = append(append(append(append(append(append(
	memoryKinds, fileKinds...), nameKinds...), descriptorKinds...), signalKinds...), timeKinds...), threadKinds...)

// run makes the program of a seed and tells how many steps it had.
func run(w *world, seed uint64, only map[int]bool) (steps int) {
	plan := newDice(seed, 0)
	weights, sum := make([]int, len(kinds)), 0
	for sum == 0 {
		factors := map[string]int{}
		// Programs that do less do it oftener: three in four know only some of the families.
		for i, k := range kinds {
			if _, known := factors[k.family]; !known {
				factors[k.family] = pick(plan, 0, 0, 1, 1, 4)
			}
			weights[i] = k.weight * factors[k.family] * pick(plan, 0, 1, 1, 2)
			sum += weights[i]
		}
	}
	count := 15 + plan.Intn(60)
	w.begin()
	for step := 1; step <= count; step++ {
		if only != nil && !only[step] {
			continue
		}
		d := newDice(seed, uint64(step))
		at, i := d.Intn(sum), 0
		for ; at >= weights[i]; i++ {
			at -= weights[i]
		}
		w.step = step
		kinds[i].run(w, d)
		if d.one(200) {
			runtime.GC()
		}
		steps++
	}
	w.end()
	return steps
}
