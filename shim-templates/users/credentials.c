/* Becoming another user or group. Each call makes credentials for its own thread: it is Go's
 * package syscall that makes it in all of them. Rules: setuid(2), setreuid(2), setresuid(2),
 * setfsuid(2), setgroups(2), and for groups the same. */
#include "credentials.h"
#include "abi.h"
#include "mem.h"
#include "string.h"
#include "sys.h"
#include "thread.h"

#define KEEP UINT32_MAX
#define GROUPS_LIMIT 65536 /* NGROUPS_MAX of linux/limits.h */

struct credentials credentials_first = {.references = 1, .capable = true};

const struct credentials *credentials_now(void) {
    struct credentials *c = KEEPS_USERS ? current()->credentials : NULL;
    return c ? c : &credentials_first;
}

struct credentials *credentials_get(struct thread *t) {
    struct credentials *c = t->credentials ? t->credentials : &credentials_first;
    __atomic_add_fetch(&c->references, 1, __ATOMIC_RELAXED);
    return c;
}

void credentials_put(struct credentials *c) {
    if (c && __atomic_sub_fetch(&c->references, 1, __ATOMIC_ACQ_REL) == 0) kfree(c);
}

/* A copy to be changed, with room for so many groups. NULL: no memory. */
static struct credentials *copy_with(u32 groups) {
    const struct credentials *now = credentials_now();
    struct credentials *c = kalloc(sizeof *c + groups * sizeof c->groups[0]);
    if (!c) return NULL;
    memcpy(c, now, sizeof *c);
    c->references = 1;
    c->group_count = groups;
    return c;
}

static struct credentials *copy(void) {
    const struct credentials *now = credentials_now();
    struct credentials *c = copy_with(now->group_count);
    if (c) memcpy(c->groups, now->groups, now->group_count * sizeof c->groups[0]);
    return c;
}

static bool has_zero(const struct credentials *c) {
    return !c->uid[REAL] || !c->uid[EFFECTIVE] || !c->uid[SAVED];
}

/* The running thread is somebody else from here on. */
static long become(struct credentials *c) {
    struct thread *t = current();
    if (has_zero(credentials_now()) && !has_zero(c) && !t->keep_capabilities) c->capable = false;
    spin_lock(&process.lock); // /proc reads another thread's
    struct credentials *old = t->credentials;
    t->credentials = c;
    spin_unlock(&process.lock);
    credentials_put(old);
    return 0;
}

/* --- users and groups -------------------------------------------------------------------------- */

enum kind { USER, GROUP };

static const u32 *ids_now(enum kind kind) {
    return kind == USER ? credentials_now()->uid : credentials_now()->gid;
}

/* May `id` be taken, where it is one of the first `count` that the thread has? */
static bool may_take(const u32 *have, u32 count, u32 id) {
    if (id == KEEP || privileged()) return true;
    for (u32 i = 0; i < count; i++)
        if (have[i] == id) return true;
    return false;
}

static long set_all(enum kind kind, u32 real, u32 effective, u32 saved) {
    struct credentials *c = copy();
    if (!c) return -ENOMEM;
    u32 *to = kind == USER ? c->uid : c->gid;
    if (real != KEEP) to[REAL] = real;
    if (effective != KEEP) to[EFFECTIVE] = effective;
    if (saved != KEEP) to[SAVED] = saved;
    to[FILES] = to[EFFECTIVE];
    return become(c);
}

static long set_one(enum kind kind, u32 id) {
    const u32 *have = ids_now(kind);
    if (id == KEEP) return -EINVAL;
    if (privileged()) return set_all(kind, id, id, id);
    return id == have[REAL] || id == have[SAVED] ? set_all(kind, KEEP, id, KEEP) : -EPERM;
}

static long set_two(enum kind kind, u32 real, u32 effective) {
    const u32 *have = ids_now(kind);
    if (!may_take(have, SAVED, real) || !may_take(have, FILES, effective)) return -EPERM;
    bool saves = real != KEEP || (effective != KEEP && effective != have[REAL]);
    u32 saved = effective != KEEP ? effective : have[EFFECTIVE];
    return set_all(kind, real, effective, saves ? saved : KEEP);
}

static long set_three(enum kind kind, u32 real, u32 effective, u32 saved) {
    const u32 *have = ids_now(kind);
    bool may = may_take(have, FILES, real) && may_take(have, FILES, effective) && may_take(have, FILES, saved);
    return may ? set_all(kind, real, effective, saved) : -EPERM;
}

/* Answers who it was before, whether or not it changes: setfsuid(2). */
static long set_files(enum kind kind, u32 id) {
    u32 before = ids_now(kind)[FILES];
    if (id == KEEP || !may_take(ids_now(kind), IDENTITIES, id)) return before;
    struct credentials *c = copy();
    if (!c) return before;
    (kind == USER ? c->uid : c->gid)[FILES] = id;
    become(c);
    return before;
}

long sys_setuid(u32 uid) { return set_one(USER, uid); }
long sys_setgid(u32 gid) { return set_one(GROUP, gid); }
long sys_setreuid(u32 ruid, u32 euid) { return set_two(USER, ruid, euid); }
long sys_setregid(u32 rgid, u32 egid) { return set_two(GROUP, rgid, egid); }
long sys_setresuid(u32 ruid, u32 euid, u32 suid) { return set_three(USER, ruid, euid, suid); }
long sys_setresgid(u32 rgid, u32 egid, u32 sgid) { return set_three(GROUP, rgid, egid, sgid); }
long sys_setfsuid(u32 uid) { return set_files(USER, uid); }
long sys_setfsgid(u32 gid) { return set_files(GROUP, gid); }

long sys_setgroups(int size, uptr list) {
    if (!privileged()) return -EPERM;
    if ((u32)size > GROUPS_LIMIT) return -EINVAL;
    struct credentials *c = copy_with((u32)size);
    if (!c) return -ENOMEM;
    if (!user_read(c->groups, list, c->group_count * sizeof c->groups[0])) return become(c);
    kfree(c);
    return -EFAULT;
}
