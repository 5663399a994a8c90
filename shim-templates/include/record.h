/* What the program asked for and did not get. core/record.c
 *
 * Every unknown call number, and every refused flag, variant or call, is recorded once: as a line of
 * the record, and in a small table whose summary the trace shows at the end. Bodies call
 * record_refused() for what only they can see. */
#pragma once
#include "types.h"

/* A call that no row describes. `args` are its six registers. */
void record_unknown(u64 nr, const u64 *args, u64 pc);
/* `what` of the running call is refused with `error` (positive): "O_TMPFILE", "advice=77", or "" for
 * the whole call. Takes no lock that a body may hold. */
void record_refused(const char *what, int error);
/* With catkernel.trace=1: what was unknown or refused, and how often. Once, before power-off. */
void record_summary(void);
/* A line of the trace, into the record. */
void record_trace(const char *text);
