/* siginfo_t as programs see it: which part of the union counts follows from si_code
 * (sigaction(2)). */
#include "signal.h"

void signal_fill_siginfo(struct abi_siginfo *out, const struct signal_info *info) {
    out->si_signo = info->signo;
    out->si_code = info->code;
    if (info->code > 0 && info->code != SI_KERNEL) {
        out->si_addr = info->value; // a fault: where
    } else if (info->code == SI_TIMER) {
        out->si_tid = info->pid; // which timer
        out->si_overrun = info->overrun;
        out->si_value = info->value;
    } else if (info->code <= 0) {
        out->si_pid = info->pid; // who sent it; its user is always root
        out->si_value = info->value;
    }
}
