/* The serial ports: the console and, on the second one, the record. serial.c */
#pragma once
#include "types.h"

void serial_init(void);                 /* polled output works from here on */
bool serial_interrupts_on(void);        /* received bytes interrupt; false if there is no port */
void serial_interrupt(void);
void serial_drain(void);                /* until the last bit is on the wire */
