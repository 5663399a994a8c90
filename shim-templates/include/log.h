/* What the kernel says: messages, panics, and the record of what it refused.
 *
 * A kernel that works says nothing. Messages go to the console, each line beginning "catkernel: ".
 * The record is a stream of JSON lines on the second serial port when boot option `record=1` is given
 * and the port exists; it is read by `catkernel run`. */
#pragma once
#include "kept.h"
#include "types.h"

void log_printf(const char *format, ...) PRINTF(1, 2); /* one message; the prefix and \n are added */
/* Bytes of the program's, as they are, not mixed with messages or with those of other CPUs. */
void log_write(const char *bytes, size_t len);
NORETURN void panic(const char *format, ...) PRINTF(1, 2);
/* Before a panic: the registers of what was interrupted, NULL for none, and who called whom. */
struct regs;
void backtrace(const struct regs *regs);
/* For a machine that is going down: whoever holds the lock will not give it back. */
void log_without_lock(const char *format, ...) PRINTF(1, 2);
void log_without_lock_va(const char *format, __builtin_va_list args);
/* A plain sentence for the user, then power-off with the status: not a kernel bug. */
NORETURN void refuse_to_boot(const char *format, ...) PRINTF(1, 2);

#define assert(cond)                                                                               \
    do {                                                                                           \
        if (unlikely(!(cond))) panic("%s:%d: %s does not hold", __FILE_NAME__, __LINE__, KEEPS_NAMES ? #cond : "what must hold"); \
    } while (0)

/* %d %i %u %x %lx %lu %ld %llx.. %s %.*s %c %p %%, widths and 0-padding. Returns the length wanted. */
int format_into(char *out, size_t size, const char *format, ...) PRINTF(3, 4);
int format_va(char *out, size_t size, const char *format, __builtin_va_list args);
void record_line(const char *format, ...) PRINTF(1, 2); /* one JSON object, \n added; no-op if off */
