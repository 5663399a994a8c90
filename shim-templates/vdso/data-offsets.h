/* Where clock.S of each architecture finds the fields of struct vdso_data (include/clock.h). */
#pragma once

#define VDSO_BASE 0
#define VDSO_PER_TICK 8
#define VDSO_NS_PER_SEC 16
#define VDSO_USABLE 24
#define VDSO_FAST_CLOCK 1 /* CLOCK_MONOTONIC */
