/* The console, on a UART or the firmware's, and the record, on a virtio console. serial.c */
#pragma once
#include "types.h"

void serial_init(void);          /* from here on the UART, if there is one; before it the firmware's console */
bool serial_interrupts_on(void); /* received bytes interrupt; false if there is no port */
void serial_interrupt(void);
void serial_drain(void);         /* until the last byte is out */
