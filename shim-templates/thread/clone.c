/* clone: one more thread of the one process.
 *
 * The child begins as a copy of its parent at the return from the call: every register, the
 * vector state, the signal mask. Go relies on it: its child code finds its arguments in
 * registers the parent loaded (runtime/sys_linux_amd64.s, clone). The alternate stack is not
 * inherited (sigaltstack(2)). */
#include "thread.h"
#include "string.h"
#include "sys.h"
#include "user.h"

/* What makes a thread, and not a process: all that a thread shares. */
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

static long check_flags(u32 flags) {
    // Linux's own consistency rules come first (clone(2), EINVAL).
    if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND)) return -EINVAL;
    if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM)) return -EINVAL;
    // Differs: Linux can give a thread its own descriptors or directory. Here all is shared or
    // refused.
    return (flags & THREAD_FLAGS) == THREAD_FLAGS ? 0 : -ENOSYS;
}

static void copy_state(struct thread *child, uptr stack) {
    struct thread *parent = current();
    *child->regs = *parent->regs;
    regs_clone_child(child->regs, stack);
    arch_thread_copy_vector(child);
    child->affinity = parent->affinity;
    child->cpu = parent->cpu;
    if (KEEPS_USERS) child->credentials = credentials_get(parent);
    child->keep_capabilities = parent->keep_capabilities;
    child->signals.blocked = parent->signals.blocked;
    memcpy(child->name, parent->name, sizeof child->name);
}

long sys_clone(u32 flags, uptr stack, uptr parent_tid, uptr child_tid, uptr tls) {
    long error = check_flags(flags);
    if (error) return error;

    struct thread *child = thread_create();
    if (!child) return -EAGAIN;
    copy_state(child, stack);
    if ((flags & CLONE_SETTLS) && !arch_set_user_tls(child, tls)) {
        thread_free(child);
        return -EPERM;
    }
    if (flags & CLONE_CHILD_CLEARTID) child->clear_child_tid = child_tid;

    // The numbers are in place before the child's first instruction. Like Linux, a bad address does
    // not undo the thread: parent_tid was only a convenience.
    int tid = child->tid;
    if (flags & CLONE_PARENT_SETTID) user_write(parent_tid, &tid, sizeof tid);
    if (flags & CLONE_CHILD_SETTID) user_write(child_tid, &tid, sizeof tid);
    sched_enqueue(child);
    return tid;
}
