package main

const vectors = 32

// used leaves out x0, ra, sp, gp, tp, the goroutine (x27), the assembler's own (x31) and the two that the
// loop itself uses (x5, x6).
func used(i int) bool { return i >= 7 && i != 27 && i != 31 }

func vectorWords(uint64) int { return 1 }
