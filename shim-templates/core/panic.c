/* The two ways in which the kernel gives up: a bug of ours, and a machine or program it cannot run.
 *
 * Exit statuses follow the shell's: 126 "found, but cannot be executed" for what cannot be booted,
 * 134 (128 + SIGABRT) for a panic, so that neither is taken for the program's own. */
#include "arch.h"
#include "cpu.h"
#include "log.h"

#define STATUS_REFUSED 126
#define STATUS_PANIC 134

void panic(const char *format, ...) {
    // One CPU tells the story. A second one is silent; a panic while telling it ends the machine.
    static u32 teller;
    u32 me = cpu_count ? this_cpu()->id + 1 : 1, nobody = 0;
    if (!__atomic_compare_exchange_n(&teller, &nobody, me, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        if (teller == me) arch_power_off(STATUS_PANIC);
        arch_halt();
    }
    if (cpu_count > 1) arch_ipi_stop_all();

    __builtin_va_list args;
    __builtin_va_start(args, format);
    char text[256];
    format_va(text, sizeof text, format, args);
    __builtin_va_end(args);
    log_without_lock("PANIC on CPU %u: %s", me - 1, text);
    backtrace(NULL);
    log_without_lock("This is a bug in the kernel, not in the program. The machine stops.");
    arch_power_off(STATUS_PANIC);
}

void refuse_to_boot(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    log_without_lock_va(format, args);
    __builtin_va_end(args);
    arch_power_off(STATUS_REFUSED);
}
