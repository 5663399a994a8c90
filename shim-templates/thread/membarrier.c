/* membarrier: after it, every thread has executed a full barrier.
 *
 * Every other CPU is interrupted; taking note of the request is itself an atomic exchange, hence
 * a barrier. A CPU that runs no thread takes part too: that is simpler than proving that it need
 * not. */
#include "thread.h"
#include "sys.h"

#define COMMANDS                                                                                   \
    (MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED |                                     \
     MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED |                 \
     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)

static u32 private_registered;

void cpus_barrier(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    struct cpu *me = this_cpu();
    for (u32 i = 0; i < cpu_count; i++)
        if (cpus[i] != me) cpu_request(cpus[i], CPU_REQUEST_BARRIER);
    for (u32 i = 0; i < cpu_count; i++) {
        if (cpus[i] == me) continue;
        while (__atomic_load_n(&cpus[i]->requests, __ATOMIC_SEQ_CST) & CPU_REQUEST_BARRIER) {
            arch_pause();
            cpu_serve_requests(); // the other may be waiting for this one
        }
    }
}

long sys_membarrier(int cmd, u32 flags, int cpu_id) {
    if (flags) return -EINVAL;
    switch (cmd) {
    case MEMBARRIER_CMD_QUERY: return COMMANDS;
    case MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED: return 0; // everybody takes part anyway
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
        __atomic_store_n(&private_registered, 1, __ATOMIC_RELAXED);
        return 0;
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
        // Linux insists on the registration (membarrier(2), EPERM).
        if (!__atomic_load_n(&private_registered, __ATOMIC_RELAXED)) return -EPERM;
        cpus_barrier();
        return 0;
    case MEMBARRIER_CMD_GLOBAL:
    case MEMBARRIER_CMD_GLOBAL_EXPEDITED: cpus_barrier(); return 0;
    default: return -EINVAL;
    }
}
