/* Which CPUs a thread may use, and giving way. Masks are 8 bytes: MAX_CPUS is 64. */
#include "thread.h"
#include "sys.h"
#include "user.h"

_Static_assert(MAX_CPUS == 64, "one word of CPU mask");
#define MASK_SIZE sizeof(u64)

/* Thread `pid`, 0 for the running one; LOCK_PROCESS held. */
static struct thread *find(int pid) { return pid ? thread_find(pid) : current(); }

long sys_sched_getaffinity(int pid, u64 cpusetsize, struct user_buf mask) {
    if (cpusetsize < MASK_SIZE || cpusetsize % sizeof(u64)) return -EINVAL;
    spin_lock(&process.lock);
    struct thread *t = find(pid);
    u64 bits = t ? t->affinity & sched_online_mask() : 0;
    spin_unlock(&process.lock);
    if (!t) return -ESRCH;
    // Linux answers with the bytes it wrote, its own mask's size, however large the buffer is.
    int error = user_write(mask.base, &bits, MASK_SIZE);
    return error ? error : (long)MASK_SIZE;
}

long sys_sched_setaffinity(int pid, u64 cpusetsize, struct user_buf mask) {
    // A shorter mask is filled with zeros, the rest of a longer one is ignored.
    u64 bits = 0;
    int error = user_read(&bits, mask.base, MIN(cpusetsize, MASK_SIZE));
    if (error) return error;
    bits &= sched_online_mask();

    spin_lock(&process.lock);
    struct thread *t = find(pid);
    if (t && bits) {
        __atomic_store_n(&t->affinity, bits, __ATOMIC_SEQ_CST);
        // Obeyed on the way to user mode: there now, if it runs; when it is switched to, otherwise.
        sched_kick(t);
        if (t == current()) this_cpu()->need_reschedule = true;
    }
    spin_unlock(&process.lock);
    return !t ? -ESRCH : bits ? 0 : -EINVAL;
}

long sys_sched_yield(void) {
    sched_yield();
    return 0;
}

long sys_getcpu(u32 *cpu, u32 *node, uptr tcache) {
    if (cpu) *cpu = this_cpu()->id;
    if (node) *node = 0; // one node: all memory is as near to every CPU
    return 0;
}
