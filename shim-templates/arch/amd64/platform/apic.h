/* Interrupt controllers: one local APIC per CPU, and the I/O APICs. lapic.c, io-apic.c */
#pragma once
#include "types.h"

void lapic_init(void);     /* boot CPU: how registers are reached */
void lapic_init_cpu(void); /* every CPU: switched on; timer in the mode that clock-source.c chose */
u32 lapic_id(void);
void apic_end_of_interrupt(void);

void lapic_send_vector(u32 apic_id, u8 vector);
void lapic_send_init(u32 apic_id);
void lapic_send_startup(u32 apic_id, pa_t page); /* it starts in real mode at this page */
void lapic_send_nmi_to_others(void);

/* The timer counts down from `count` at lapic_timer_frequency and interrupts once; 0 stops it. */
void lapic_timer_start(u32 count);
u32 lapic_timer_count(void);

void io_apics_mask(void);
/* Routes an input to a CPU. False: no I/O APIC has it. */
bool io_apic_route(u32 input, u8 vector, u32 apic_id, bool level, bool active_low);

extern bool stopping; /* arch_ipi_stop_all() was called: an NMI means halt */
