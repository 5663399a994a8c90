/* The time of day: a hypervisor knows it to the nanosecond, else the battery-backed clock to the second. */
#include "arch.h"
#include "clock-source.h"

i64 arch_wall_clock(void) {
    i64 kvm = kvm_clock_wall();
    return kvm ? kvm : cmos_clock_read();
}
