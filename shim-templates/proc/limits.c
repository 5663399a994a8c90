/* Resource limits: getrlimit, setrlimit, prlimit64.
 *
 * Two limit something: the number of descriptors (kept by fs/, which counts them) and the size of
 * the address space (asked by mem/). The others are only remembered, as a shell would show them. */
#include "limits.h"
#include "abi.h"
#include "credentials.h"
#include "file.h"
#include "sys.h"

#define NO_LIMIT {RLIM_INFINITY, RLIM_INFINITY}

/* At first as on Linux (include/asm-generic/resource.h). */
static struct abi_rlimit64 limits[RLIM_NLIMITS] = {
    [RLIMIT_CPU] = NO_LIMIT,
    [RLIMIT_FSIZE] = NO_LIMIT,
    [RLIMIT_DATA] = NO_LIMIT,
    [RLIMIT_STACK] = {8 * MIB, RLIM_INFINITY},
    [RLIMIT_CORE] = {0, RLIM_INFINITY},
    [RLIMIT_RSS] = NO_LIMIT,
    [RLIMIT_NPROC] = NO_LIMIT,
    [RLIMIT_MEMLOCK] = {8 * MIB, 8 * MIB},
    [RLIMIT_AS] = NO_LIMIT,
    [RLIMIT_LOCKS] = NO_LIMIT,
    [RLIMIT_SIGPENDING] = NO_LIMIT,
    [RLIMIT_MSGQUEUE] = {819200, 819200},
    [RLIMIT_NICE] = {0, 0},
    [RLIMIT_RTPRIO] = {0, 0},
    [RLIMIT_RTTIME] = NO_LIMIT,
};

u64 limit_of(u32 resource) { return __atomic_load_n(&limits[resource].rlim_cur, __ATOMIC_RELAXED); }

static long get(u32 resource, u64 *soft, u64 *hard) {
    if (resource >= RLIM_NLIMITS) return -EINVAL;
    if (resource == RLIMIT_NOFILE) {
        fd_get_limit(soft, hard);
        return 0;
    }
    *soft = limit_of(resource);
    *hard = __atomic_load_n(&limits[resource].rlim_max, __ATOMIC_RELAXED);
    return 0;
}

static long set(u32 resource, u64 soft, u64 hard) {
    if (resource >= RLIM_NLIMITS || soft > hard) return -EINVAL;
    u64 old_soft, old_hard;
    get(resource, &old_soft, &old_hard);
    if (hard > old_hard && !privileged()) return -EPERM; // CAP_SYS_RESOURCE
    if (resource == RLIMIT_NOFILE) return fd_set_limit(soft, hard);
    __atomic_store_n(&limits[resource].rlim_cur, soft, __ATOMIC_RELAXED);
    __atomic_store_n(&limits[resource].rlim_max, hard, __ATOMIC_RELAXED);
    return 0;
}

long sys_prlimit64(int pid, u32 resource, const struct abi_rlimit64 *new_limit,
                   struct abi_rlimit64 *old_limit) {
    if (pid != 0 && pid != 1) return -ESRCH;
    u64 soft, hard;
    long result = get(resource, &soft, &hard);
    if (result == 0 && new_limit) result = set(resource, new_limit->rlim_cur, new_limit->rlim_max);
    if (result == 0 && old_limit) *old_limit = (struct abi_rlimit64){soft, hard};
    return result;
}

long sys_getrlimit(u32 resource, struct abi_rlimit *rlim) {
    return get(resource, &rlim->rlim_cur, &rlim->rlim_max);
}

long sys_setrlimit(u32 resource, const struct abi_rlimit *rlim) {
    return set(resource, rlim->rlim_cur, rlim->rlim_max);
}
