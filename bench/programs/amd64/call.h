/* System calls on amd64, and how a program begins: start(stack) gets the stack as Linux made it. */
#pragma once

enum {
    SYS_READ = 0, SYS_WRITE = 1, SYS_MMAP = 9, SYS_MUNMAP = 11, SYS_RT_SIGACTION = 13, SYS_PREAD = 17, SYS_PWRITE = 18,
    SYS_MADVISE = 28, SYS_GETPID = 39, SYS_CLONE = 56, SYS_EXIT = 60, SYS_EXECVE = 59, SYS_CHDIR = 80, SYS_SYSINFO = 99,
    SYS_MOUNT = 165, SYS_GETTID = 186, SYS_FUTEX = 202, SYS_EXIT_GROUP = 231, SYS_TGKILL = 234, SYS_CLOSE = 3,
    SYS_OPENAT = 257, SYS_PIPE2 = 293
};

static long call6(long nr, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static long call(long nr, long a, long b, long c, long d, long e) { return call6(nr, a, b, c, d, e, 0); }

/* Where QEMU counts instructions, so does the time-stamp counter. */
static inline unsigned long instructions(void) {
    unsigned low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (unsigned long)high << 32 | low;
}

/* A thread that begins with body(), on a stack that ends at `top`: its number. */
static inline long spawn(long flags, long *top, int *child_tid, void (*body)(void)) {
    long result;
    register long r10 __asm__("r10") = (long)child_tid;
    *--top = (long)body;
    __asm__ volatile("syscall\n test %%rax, %%rax\n jnz 1f\n xor %%ebp, %%ebp\n pop %%rax\n call *%%rax\n 1:"
                     : "=a"(result)
                     : "a"(SYS_CLONE), "D"(flags), "S"(top), "d"(0), "r"(r10)
                     : "rcx", "r11", "r8", "memory");
    return result;
}

/* As rt_sigaction takes it: the handler returns to `restorer`. */
struct action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};
enum { SA_RESTORER = 0x04000000 };
void return_from_handler(void);
static inline struct action action_of(void (*handler)(int)) {
    return (struct action){handler, SA_RESTORER, return_from_handler, 0};
}

__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n"
        ".globl return_from_handler\nreturn_from_handler: mov $15, %eax\n syscall\n");
