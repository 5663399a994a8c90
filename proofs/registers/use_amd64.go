package main

const vectors = 16

// used leaves out rsp (4) and what amd64 does not have. The numbers are those of the instruction set.
func used(i int) bool { return i < 16 && i != 4 }

func vectorWords(wide uint64) int { return 2 + 2*int(wide) }
