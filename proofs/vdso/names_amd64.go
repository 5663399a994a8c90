package main

const version = "LINUX_2.6"

var names = []string{"__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_getcpu"}

// others calls what only this architecture has.
func others(map[string]uintptr) {}
