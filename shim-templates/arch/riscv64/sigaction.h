/* What struct sigaction has on this architecture beyond the others: nothing. The handler returns
 * to a function of the kernel's in the vDSO. */
#pragma once
#include "abi.h"

/* Linux/RISC-V does not define SA_RESTORER (asm/signal.h); its bit is unknown and cleared. */
#define SIGACTION_FLAGS                                                                            \
    (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND)

static inline u64 sigaction_restorer(const struct abi_sigaction *a) { return 0; }
static inline void sigaction_set_restorer(struct abi_sigaction *a, u64 at) {}
