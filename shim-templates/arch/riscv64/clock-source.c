/* The time CSR: how fast it runs is told by the device tree, and all harts see the same time (privileged
 * specification 1.12, 3.1.10). */
#include "clock-source.h"
#include "arch.h"
#include "clock.h"
#include "insn.h"
#include "log.h"
#include "machine.h"

#define SLOWEST 1000000ull    /* clock.c's limits: slower would be a coarse clock, */
#define FASTEST 100000000000ull /* and faster is no clock at all */

bool timer_is_ours;

void clock_source_init(void) {
    u64 frequency = machine.timebase_frequency;
    if (frequency < SLOWEST || frequency > FASTEST)
        refuse_to_boot("The device tree gives no usable timebase-frequency (%lu Hz).", frequency);
    timer_is_ours = every_hart_has("sstc");
    arch_timer_set(UINT64_MAX);
    clock_init(frequency);
}

void delay_us(u64 us) {
    u64 end = rdtime() + machine.timebase_frequency / 1000000 * us;
    while ((i64)(end - rdtime()) > 0) arch_pause();
}
