/* The PC's battery-backed clock (Motorola MC146818A): whole seconds, in UTC as QEMU and servers
 * keep it.
 *
 * Differs: Linux waits for a second to begin, to know the fraction; we take the second as it is
 * and may be late by up to one. */
#include "../clock-source.h"
#include "../insn.h"
#include "../machine.h"
#include "cpu.h"
#include "string.h"

enum cmos {
    SECOND = 0, MINUTE = 2, HOUR = 4, DAY = 7, MONTH = 8, YEAR = 9, STATUS_A = 10, STATUS_B = 11,
};
#define UPDATE_IN_PROGRESS 0x80
#define BINARY 0x04
#define HOURS_24 0x02
#define HOUR_PM 0x80

static u8 cmos_read(u8 index) {
    outb(0x70, index);
    return inb(0x71);
}

struct fields {
    u8 second, minute, hour, day, month, year, century;
};

static void read_fields(struct fields *f) {
    // an update takes 2 ms at most; a clock that is never ready is not there
    for (u32 i = 0; i < 10000 && (cmos_read(STATUS_A) & UPDATE_IN_PROGRESS); i++) arch_pause();
    *f = (struct fields){cmos_read(SECOND), cmos_read(MINUTE), cmos_read(HOUR), cmos_read(DAY), cmos_read(MONTH), cmos_read(YEAR),
                         machine.century_register ? cmos_read(machine.century_register) : 0};
}

static u32 decode(u8 v, bool binary) { return binary ? v : (v >> 4) * 10 + (v & 15); }

/* Days from 1970-01-01 to a date of the Gregorian calendar: years begin in March, so that the
 * leap day is the last one. */
static i64 days_since_1970(u32 year, u32 month, u32 day) {
    year -= month <= 2;
    u32 month_from_march = (month + 9) % 12;
    u32 day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    return (i64)year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

i64 cmos_clock_read(void) {
    // twice the same: no update came in between
    struct fields f, again;
    u32 tries = 0;
    read_fields(&f);
    for (;;) {
        read_fields(&again);
        if (memcmp(&f, &again, sizeof f) == 0) break;
        if (++tries == 10) return 0;
        f = again;
    }
    u8 status = cmos_read(STATUS_B);
    bool binary = status & BINARY, pm = f.hour & HOUR_PM;
    u32 hour = decode(f.hour & ~HOUR_PM, binary);
    if (!(status & HOURS_24)) hour = hour % 12 + (pm ? 12 : 0);
    u32 month = decode(f.month, binary), day = decode(f.day, binary);
    u32 century = decode(f.century, binary);
    u32 year = decode(f.year, binary) + (century >= 19 && century <= 22 ? century * 100 : 2000);
    // where there is no clock, all bits read as one
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23) return 0;
    i64 days = days_since_1970(year, month, day);
    i64 minutes = (days * 24 + hour) * 60 + decode(f.minute, binary);
    return (minutes * 60 + decode(f.second, binary)) * 1000000000;
}
