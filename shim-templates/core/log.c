/* Messages of the kernel on the console. A kernel that works prints none.
 *
 * A message is formatted on the stack first, so that the lock is held only while bytes go out and
 * messages of several CPUs do not mix. */
#include "log.h"
#include "arch.h"
#include "boot.h"
#include "lock.h"

#define MESSAGE_MAX 512

static struct spinlock log_lock = SPINLOCK(LOCK_LOG);

static void put_message(const char *format, __builtin_va_list args) {
    static const char prefix[] = "catkernel: ";
    char text[MESSAGE_MAX];
    int wanted = format_va(text, sizeof text, format, args);
    size_t len = MIN((size_t)wanted, sizeof text - 1);
    arch_console_write(prefix, sizeof prefix - 1);
    arch_console_write(text, len);
    // a terminal wants the carriage return, a byte stream does not
    if (options.tty) arch_console_write("\r\n", 2);
    else arch_console_write("\n", 1);
}

void log_printf(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    spin_lock(&log_lock);
    put_message(format, args);
    spin_unlock(&log_lock);
    __builtin_va_end(args);
}

void log_write(const char *bytes, size_t len) {
    spin_lock(&log_lock);
    arch_console_write(bytes, len);
    spin_unlock(&log_lock);
}

void log_without_lock_va(const char *format, __builtin_va_list args) { put_message(format, args); }

void log_without_lock(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    put_message(format, args);
    __builtin_va_end(args);
}
