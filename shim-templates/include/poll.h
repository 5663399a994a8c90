/* Readiness. poll/ */
#pragma once
#include "file.h"

/* The last reference to `f` is going: its registrations in epoll sets are removed. poll/epoll.c */
void epoll_forget(struct file *f);

/* Absolute deadline of a relative timeout: NULL means for ever; -EINVAL if it is not a time. */
int deadline_after(const struct abi_timespec *timeout, u64 *deadline_ns);
/* Is it the 8 bytes of a signal set that every call with a mask wants? */
static inline bool sigset_size_ok(const u64 *mask, u64 size) { return !mask || size == sizeof *mask; }
