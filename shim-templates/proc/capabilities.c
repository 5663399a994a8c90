/* capget, and the prctl options about capabilities: user 0 has all that there are, others none.
 * Structs, versions and numbers: linux/capability.h; the rules: capabilities(7). */
#include "abi.h"
#include "credentials.h"
#include "sys.h"
#include "thread.h"
#include "user.h"

#define VERSION_1 0x19980330u
#define VERSION_2 0x20071026u
#define VERSION_3 0x20080522u
#define CAPABILITIES ((1ull << 41) - 1) /* up to CAP_CHECKPOINT_RESTORE, as on Linux 6.1 */
/* CAP_CHOWN to CAP_FSETID, CAP_LINUX_IMMUTABLE, CAP_MKNOD, CAP_MAC_OVERRIDE: they follow the user
 * for files. */
#define FOR_FILES (0x1full | 1ull << 9 | 1ull << 27 | 1ull << 32)

struct header {
    u32 version;
    i32 pid; /* a thread's number, or 0 */
};
/* Version 1 has one of these, 32 capabilities; the others have two. */
struct data {
    u32 effective, permitted, inheritable;
};

/* What a thread has now, and what it may have. */
struct sets {
    u64 effective, permitted;
};

static bool sets_of(int tid, struct sets *out) {
    struct thread *t = current();
    spin_lock(&process.lock);
    if (tid) t = thread_find(tid);
    struct credentials *c = t ? credentials_get(t) : NULL;
    spin_unlock(&process.lock);
    if (!c) return false;
    out->permitted = c->capable ? CAPABILITIES : 0;
    out->effective = c->uid[EFFECTIVE] == 0 ? CAPABILITIES & ~FOR_FILES : 0;
    if (c->capable && c->uid[FILES] == 0) out->effective |= FOR_FILES;
    credentials_put(c);
    return true;
}

long sys_capget(uptr header, uptr data) {
    struct header h;
    if (user_read(&h, header, sizeof h)) return -EFAULT;
    bool known = h.version == VERSION_1 || h.version == VERSION_2 || h.version == VERSION_3;
    if (!known) {
        // who asks this way wants to hear which version to use
        h.version = VERSION_3;
        if (user_write(header, &h, sizeof h)) return -EFAULT;
        return data ? -EINVAL : 0;
    }
    if (!data) return 0;
    struct sets sets;
    if (h.pid < 0) return -EINVAL;
    if (!sets_of(h.pid, &sets)) return -ESRCH;
    const struct data words[2] = {
        {(u32)sets.effective, (u32)sets.permitted, 0},
        {(u32)(sets.effective >> 32), (u32)(sets.permitted >> 32), 0},
    };
    return user_write(data, words, h.version == VERSION_1 ? sizeof words[0] : sizeof words);
}

long sys_prctl_set_keepcaps(int option, uptr arg2, uptr arg3, uptr arg4, uptr arg5) {
    if (arg2 > 1) return -EINVAL;
    current()->keep_capabilities = arg2;
    return 0;
}

long sys_prctl_get_keepcaps(int option, uptr arg2, uptr arg3, uptr arg4, uptr arg5) {
    return current()->keep_capabilities;
}
