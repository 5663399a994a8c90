/* Names of calls and errors out of the generated tables. */
#include "call.h"
#include "kept.h"

const char *call_name(u64 nr) {
    return KEEPS_NAMES && nr < shim_call_limit ? shim_name(shim_call_names[nr]) : "";
}

const char *error_name(int error) {
    return KEEPS_NAMES && error >= 0 && (u32)error < shim_error_limit ? shim_name(shim_error_names[error]) : "";
}
