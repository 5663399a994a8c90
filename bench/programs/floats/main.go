// Floats moves the planets of a small system: multiplications, additions, divisions, square roots. Its argument is the
// number of steps. Every product is rounded by itself (the conversion says so), so that no compiler makes a fused
// operation of it, and the energy that is printed is the same on every architecture, to the bit.
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func main() {
	steps, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	bodies := []body{{mass: 40}}
	for i := 1; i < 6; i++ {
		far := float64(i) * 1.5
		bodies = append(bodies, body{x: far, z: far / 16, vy: math.Sqrt(40 / far), mass: 0.01 * float64(i)})
	}
	for step := 0; step < steps; step++ {
		advance(bodies, 0.0005)
	}
	fmt.Printf("%016x\n", math.Float64bits(energy(bodies)))
}

func advance(bodies []body, dt float64) {
	for i := range bodies {
		a := &bodies[i]
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			square := float64(dx*dx) + float64(dy*dy) + float64(dz*dz)
			pull := dt / float64(square*math.Sqrt(square))
			a.vx -= float64(float64(dx*b.mass) * pull)
			a.vy -= float64(float64(dy*b.mass) * pull)
			a.vz -= float64(float64(dz*b.mass) * pull)
			b.vx += float64(float64(dx*a.mass) * pull)
			b.vy += float64(float64(dy*a.mass) * pull)
			b.vz += float64(float64(dz*a.mass) * pull)
		}
	}
	for i := range bodies {
		a := &bodies[i]
		a.x += float64(dt * a.vx)
		a.y += float64(dt * a.vy)
		a.z += float64(dt * a.vz)
	}
}

func energy(bodies []body) float64 {
	sum := 0.0
	for i, a := range bodies {
		speed := float64(a.vx*a.vx) + float64(a.vy*a.vy) + float64(a.vz*a.vz)
		sum += float64(float64(0.5*a.mass) * speed)
		for _, b := range bodies[i+1:] {
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			far := math.Sqrt(float64(dx*dx) + float64(dy*dy) + float64(dz*dz))
			sum -= float64(a.mass*b.mass) / far
		}
	}
	return sum
}
