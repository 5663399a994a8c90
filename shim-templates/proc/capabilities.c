/* capget, and the prctl options about capabilities: user 0 has all that there are, for ever.
 * Structs and versions: linux/capability.h. */
#include "abi.h"
#include "sys.h"
#include "thread.h"
#include "user.h"

#define VERSION_1 0x19980330u
#define VERSION_2 0x20071026u
#define VERSION_3 0x20080522u
#define CAPABILITIES ((1ull << 41) - 1) /* up to CAP_CHECKPOINT_RESTORE, as on Linux 6.1 */

struct header {
    u32 version;
    i32 pid; /* a thread's number, or 0 */
};
/* Version 1 has one of these, 32 capabilities; the others have two. */
struct data {
    u32 effective, permitted, inheritable;
};

static bool thread_exists(int tid) {
    spin_lock(&process.lock);
    bool found = tid == 0 || thread_find(tid);
    spin_unlock(&process.lock);
    return found;
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
    if (h.pid < 0) return -EINVAL;
    if (!thread_exists(h.pid)) return -ESRCH;
    u32 low = (u32)CAPABILITIES, high = (u32)(CAPABILITIES >> 32);
    const struct data all[2] = {{low, low, 0}, {high, high, 0}};
    return user_write(data, all, h.version == VERSION_1 ? sizeof all[0] : sizeof all);
}

long sys_prctl_set_keepcaps(int option, uptr arg2, uptr arg3, uptr arg4, uptr arg5) {
    if (arg2 > 1) return -EINVAL;
    current()->keep_capabilities = arg2;
    return 0;
}

long sys_prctl_get_keepcaps(int option, uptr arg2, uptr arg3, uptr arg4, uptr arg5) {
    return current()->keep_capabilities;
}
