/* Tells how much memory is free when a program starts that takes next to none itself: sysinfo(2), as two
 * decimal numbers, total and free. Freestanding, so that nothing but the kernel is measured. */

struct info {
    long uptime;
    unsigned long loads[3], total_ram, free_ram, shared_ram, buffer_ram, total_swap, free_swap;
    unsigned short procs, pad;
    unsigned long total_high, free_high;
    unsigned int unit;
    char rest[64];
};

static long call(long nr, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static void print(unsigned long n) {
    char text[24], *at = text + sizeof text;
    *--at = '\n';
    do *--at = '0' + n % 10;
    while (n /= 10);
    call(1, 1, (long)at, text + sizeof text - at);
}

void _start(void) {
    struct info info;
    call(99, (long)&info, 0, 0);
    print(info.total_ram * info.unit);
    print(info.free_ram * info.unit);
    call(231, 0, 0, 0);
}
