package raw

// From the installed Linux headers, asm-generic/unistd.h.
const (
	SYS_CLOCK_GETRES    = 114
	SYS_CLOCK_NANOSLEEP = 115
	SYS_GETCPU          = 168
	SYS_RENAMEAT2       = 276
	SYS_GETRANDOM       = 278
	SYS_MEMBARRIER      = 283
	SYS_COPY_FILE_RANGE = 285
	SYS_STATX           = 291
	SYS_RSEQ            = 293
	SYS_SYNCFS          = 267
)

// HasLegacy tells that the calls which newer architectures left out (open, pipe, poll, ...) exist.
const HasLegacy = false

// EventSize is sizeof(struct epoll_event).
const EventSize, EventData = 16, 8
