/* The platform-level interrupt controller: lines of devices -> one hart. plic.c */
#pragma once
#include "types.h"

/* Lets this input interrupt the hart. False: the controller or its connection to the hart is missing. */
bool plic_route(u32 input, u32 hart);
void external_interrupt(void); /* claims, serves and completes what is pending */
