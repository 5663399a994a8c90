package raw

// From the installed Linux headers, asm/unistd_64.h.
const (
	SYS_CLOCK_GETRES    = 229
	SYS_CLOCK_NANOSLEEP = 230
	SYS_GETCPU          = 309
	SYS_RENAMEAT2       = 316
	SYS_GETRANDOM       = 318
	SYS_MEMBARRIER      = 324
	SYS_COPY_FILE_RANGE = 326
	SYS_STATX           = 332
	SYS_RSEQ            = 334
	SYS_SYNCFS          = 306
)

// HasLegacy tells that the calls which newer architectures left out (open, pipe, poll, ...) exist.
const HasLegacy = true

// EventSize is sizeof(struct epoll_event): packed on amd64 only.
const EventSize, EventData = 12, 4
