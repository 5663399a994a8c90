/* What struct sigaction has on this architecture beyond the others: a function of the program that the
 * handler returns to. */
#pragma once
#include "abi.h"

#define SIGACTION_FLAGS                                                                            \
    (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_RESTORER | SA_ONSTACK | SA_RESTART |            \
     SA_NODEFER | SA_RESETHAND)

static inline u64 sigaction_restorer(const struct abi_sigaction *a) { return a->sa_restorer; }
static inline void sigaction_set_restorer(struct abi_sigaction *a, u64 at) { a->sa_restorer = at; }
