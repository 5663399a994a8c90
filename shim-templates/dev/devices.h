/* What lies under /dev. dev/devices.c */
#pragma once

void devices_init(void);
