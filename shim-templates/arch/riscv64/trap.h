/* What trap.c calls for interrupts, and what it gives to others. */
#pragma once
#include "types.h"

void external_interrupt(void); /* plic.c: claims, serves and completes what is pending */
