/* Calls of the firmware. Chapters are those of the SBI specification 2.0. */
#include "sbi.h"
#include "../early.h"
#include "string.h"

enum extension {
    BASE = 0x10,          /* chapter 4 */
    TIME = 0x54494d45,    /* 6 */
    IPI = 0x735049,       /* 7 */
    HSM = 0x48534d,       /* 9: hart state management */
    RESET = 0x53525354,   /* 10 */
    CONSOLE = 0x4442434e, /* 12: "DBCN" */
    // chapter 5: before there were extensions, each call was one
    LEGACY_SET_TIMER = 0,
    LEGACY_PUTCHAR = 1,
    LEGACY_SHUTDOWN = 8,
};
enum base { PROBE = 3, GET_MVENDORID = 4, GET_MARCHID = 5, GET_MIMPID = 6 };
enum hsm { HART_START = 0, HART_GET_STATUS = 2 };
#define HART_STOPPED 1
#define RESET_SHUTDOWN 0
#define REASON_NONE 0
#define REASON_FAILURE 1

struct result {
    i64 error;
    u64 value;
};

static bool has_time;

static struct result call(u64 extension, u64 function, u64 a, u64 b, u64 c) {
    register u64 a0 __asm__("a0") = a;
    register u64 a1 __asm__("a1") = b;
    register u64 a2 __asm__("a2") = c;
    register u64 a6 __asm__("a6") = function;
    register u64 a7 __asm__("a7") = extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct result){(i64)a0, a1};
}

static bool has(enum extension extension) {
    struct result r = call(BASE, PROBE, extension, 0, 0);
    return !r.error && r.value;
}

void sbi_init(void) { has_time = has(TIME); }

void sbi_set_timer(u64 ticks) { call(has_time ? TIME : LEGACY_SET_TIMER, 0, ticks, 0, 0); }

void sbi_send_ipi(u32 hart) { call(IPI, 0, 1, hart, 0); } // a mask, and the hart that its bit 0 means

bool sbi_start_hart(u32 hart, pa_t entry, u64 argument) {
    if (!has(HSM) || !has(IPI)) return false;
    return !call(HSM, HART_START, hart, entry, argument).error;
}

bool sbi_hart_stopped(u32 hart) {
    struct result r = call(HSM, HART_GET_STATUS, hart, 0, 0);
    return !r.error && r.value == HART_STOPPED;
}

void sbi_console_write(const char *text, size_t len) {
    if (!has(CONSOLE)) {
        for (size_t i = 0; i < len; i++) call(LEGACY_PUTCHAR, 0, (u8)text[i], 0, 0);
        return;
    }
    // the firmware knows physical addresses, and a stack has no simple one
    static char buffer[128];
    while (len) {
        size_t piece = MIN(len, sizeof buffer);
        memcpy(buffer, text, piece);
        struct result r = call(CONSOLE, 0, piece, kernel_to_phys(buffer), 0);
        if (r.error || r.value == 0 || r.value > piece) return;
        text += r.value;
        len -= r.value;
    }
}

void sbi_shutdown(bool failed) {
    if (has(RESET)) call(RESET, 0, RESET_SHUTDOWN, failed ? REASON_FAILURE : REASON_NONE, 0);
    call(LEGACY_SHUTDOWN, 0, 0, 0, 0);
}

struct sbi_machine sbi_machine(void) {
    return (struct sbi_machine){
        call(BASE, GET_MVENDORID, 0, 0, 0).value,
        call(BASE, GET_MARCHID, 0, 0, 0).value,
        call(BASE, GET_MIMPID, 0, 0, 0).value,
    };
}
