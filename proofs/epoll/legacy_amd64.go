package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// legacy proves epoll_create, epoll_wait and eventfd, which newer architectures left out.
func legacy(event uintptr) {
	old, err := raw.Call(syscall.SYS_EPOLL_CREATE, 10)
	prove.Ok("epoll_create", err)
	n, err := raw.Call(syscall.SYS_EPOLL_WAIT, old, event, 1, 0)
	prove.That(n == 0 && err == nil, "epoll_wait: %d, %v", n, err)
	prove.Fails("epoll_create of nothing", raw.Err(syscall.SYS_EPOLL_CREATE, 0), syscall.EINVAL)
	fd, err := raw.Call(syscall.SYS_EVENTFD, 7)
	prove.Ok("eventfd", err)
	value, err := get(fd)
	prove.That(value == 7 && err == nil, "its value: %d, %v", value, err)
}
