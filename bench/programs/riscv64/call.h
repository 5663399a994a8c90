/* System calls on riscv64, and how a program begins: start(stack) gets the stack as Linux made it. */
#pragma once

enum {
    SYS_MOUNT = 40, SYS_CHDIR = 49, SYS_OPENAT = 56, SYS_CLOSE = 57, SYS_PIPE2 = 59, SYS_READ = 63, SYS_WRITE = 64,
    SYS_PREAD = 67, SYS_PWRITE = 68, SYS_EXIT = 93, SYS_EXIT_GROUP = 94, SYS_FUTEX = 98, SYS_TGKILL = 131,
    SYS_RT_SIGACTION = 134, SYS_GETPID = 172, SYS_GETTID = 178, SYS_SYSINFO = 179, SYS_MUNMAP = 215, SYS_CLONE = 220,
    SYS_EXECVE = 221, SYS_MMAP = 222, SYS_MADVISE = 233
};

static long call6(long nr, long a, long b, long c, long d, long e, long f) {
    register long a7 __asm__("a7") = nr;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a5 __asm__("a5") = f;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
    return a0;
}

static long call(long nr, long a, long b, long c, long d, long e) { return call6(nr, a, b, c, d, e, 0); }

/* Where QEMU counts instructions as nanoseconds, a tick of its 10 MHz clock is a hundred of them. */
static inline unsigned long instructions(void) {
    unsigned long ticks;
    __asm__ volatile("rdtime %0" : "=r"(ticks));
    return ticks * 100;
}

/* A thread that begins with body(), on a stack that ends at `top`: its number. */
static inline long spawn(long flags, long *top, int *child_tid, void (*body)(void)) {
    register long a7 __asm__("a7") = SYS_CLONE;
    register long a0 __asm__("a0") = flags;
    register long *a1 __asm__("a1") = top;
    register long a2 __asm__("a2") = 0;
    register long a3 __asm__("a3") = 0;
    register int *a4 __asm__("a4") = child_tid;
    register void (*a5)(void) __asm__("a5") = body;
    __asm__ volatile("ecall\n bnez a0, 1f\n jalr a5\n 1:"
                     : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "ra", "memory");
    return a0;
}

/* As rt_sigaction takes it: the handler returns to the vDSO. */
struct action {
    void (*handler)(int);
    unsigned long flags;
    unsigned long mask;
};
static inline struct action action_of(void (*handler)(int)) { return (struct action){handler, 0, 0}; }

__asm__(".globl _start\n_start: mv a0, sp\n call start\n");
