package main

const version = "LINUX_2.6"

var names = []string{"__vdso_clock_gettime", "__vdso_gettimeofday"}
