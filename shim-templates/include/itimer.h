/* time/itimer.c */
#pragma once
void itimers_init(void);
