package main

import "syscall"

const statAt = syscall.SYS_FSTATAT

func legacy() {}
