/* Waiting for several open files at once, once: under poll and select. poll/watch.c */
#pragma once
#include "poll.h"

struct watch {
    struct file *file; /* referenced; NULL: ignored */
    u32 wanted;        /* EPOLLERR and EPOLLHUP are added */
    u32 found;         /* result */
    struct waiter waiter;
};

/* Sleeps until a watch has something, the deadline, or a signal. How many have something, or
 * -EINTR. */
long watch_files(struct watch *watches, u32 count, u64 deadline_ns);
void watch_release(struct watch *watches, u32 count); /* puts the files, frees the array */
/* Writes what is left of a timeout back, as Linux does; both are in the caller's units of ns. */
struct abi_timespec time_left(u64 deadline_ns);
