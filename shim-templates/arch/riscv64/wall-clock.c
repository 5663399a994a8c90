/* The time of day, from QEMU's "goldfish" clock (hw/rtc/goldfish_rtc.c): nanoseconds since 1970. */
#include "arch.h"
#include "insn.h"
#include "machine.h"
#include "physmap.h"

enum goldfish { TIME_LOW = 0, TIME_HIGH = 4 };

i64 arch_wall_clock(void) {
    if (!machine.rtc) return 0;
    u8 *clock = map_device(machine.rtc, 8);
    u32 low = mmio_read32(clock + TIME_LOW); // keeps the high half as it is now
    return (i64)((u64)mmio_read32(clock + TIME_HIGH) << 32 | low);
}
