/* Tells how much memory is free when a program starts that takes next to none itself: sysinfo(2), as two
 * decimal numbers, total and free. Freestanding, so that nothing but the kernel is measured. */
#include "call.h"

struct info {
    long uptime;
    unsigned long loads[3], total_ram, free_ram, shared_ram, buffer_ram, total_swap, free_swap;
    unsigned short procs, pad;
    unsigned long total_high, free_high;
    unsigned int unit;
    char rest[64];
};

static void print(unsigned long n) {
    char text[24], *at = text + sizeof text;
    *--at = '\n';
    do *--at = '0' + n % 10;
    while (n /= 10);
    call(SYS_WRITE, 1, (long)at, text + sizeof text - at, 0, 0);
}

__attribute__((used)) void start(long *stack) {
    (void)stack;
    struct info info;
    call(SYS_SYSINFO, (long)&info, 0, 0, 0, 0);
    print(info.total_ram * info.unit);
    print(info.free_ram * info.unit);
    call(SYS_EXIT_GROUP, 0, 0, 0, 0, 0);
}
