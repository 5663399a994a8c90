/* Who a thread acts for: credentials(7). users/credentials.c; what follows for files is in
 * fs/permission.c
 *
 * Threads begin as user and group 0, who may do everything, and only a call of users/ makes somebody
 * else of one. A kernel without them checks nothing (KEEPS_USERS).
 * Invariant: credentials in use never change; a thread gets other ones. */
#pragma once
#include "kept.h"
#include "types.h"

struct thread;

enum identity { REAL, EFFECTIVE, SAVED, FILES, IDENTITIES };

struct credentials {
    u32 references; /* atomic */
    u32 uid[IDENTITIES], gid[IDENTITIES];
    bool capable;   /* may have capabilities: until no user of it is 0 any more, capabilities(7) */
    u32 group_count;
    u32 groups[];
};

extern struct credentials credentials_first; /* user and group 0; never freed */

const struct credentials *credentials_now(void); /* the running thread's */
/* A thread's, referenced; LOCK_PROCESS held, unless it is the running one. */
struct credentials *credentials_get(struct thread *t);
void credentials_put(struct credentials *c);

/* CAP_SETUID, CAP_SYS_RESOURCE and so on, all of which go by the effective user. */
static inline bool privileged(void) {
    return !KEEPS_USERS || credentials_now()->uid[EFFECTIVE] == 0;
}
