package main

const version = "LINUX_4.15"

var names = []string{"__vdso_clock_gettime"}
