/* Faults on purpose: what the checks ask for. debug/faults.c, gen/errors.c */
#pragma once
#include "types.h"

long fault_call(u64 nr);          /* 0, or -errno of the call's row */
const u8 *errors_of_call(u64 nr); /* those that its row lists, ended by 0 */

extern const u32 shim_listed_limit;
extern const u16 shim_listed_first[]; /* by number of the call */
extern const u16 shim_fault_first[];  /* the same without those that a call is not made to fail with */
extern const u8 shim_listed_errors[];
