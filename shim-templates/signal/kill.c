/* kill, tkill, tgkill. There is one process, number 1, which is its own group and session. */
#include "signal-local.h"
#include "sys.h"

/* Linux looks for who is meant first. */
static bool is_signal(int sig) { return sig >= 0 && sig <= SIGNAL_COUNT; }

long sys_kill(int pid, int sig) {
    // 1: this process; 0 and -1: its group. Differs: kill(-1) spares the sender on Linux, and with
    // no other process finds nobody.
    if (pid == -1 || (pid != 1 && pid != 0)) return -ESRCH;
    if (!is_signal(sig)) return -EINVAL;
    if (sig == 0) return 0;
    return signal_send_process(&(struct signal_info){.signo = sig, .code = SI_USER, .pid = 1});
}

static long send(int tid, int sig) {
    spin_lock(&process.lock);
    struct thread *t = thread_find(tid);
    long result = !t ? -ESRCH : is_signal(sig) ? 0 : -EINVAL;
    struct signal_info info = {.signo = sig, .code = SI_TKILL, .pid = 1};
    if (!result && sig) result = signal_send_thread(t, &info);
    spin_unlock(&process.lock);
    return result;
}

long sys_tgkill(int tgid, int tid, int sig) {
    if (tgid <= 0 || tid <= 0) return -EINVAL;
    return tgid == 1 ? send(tid, sig) : -ESRCH;
}

long sys_tkill(int tid, int sig) {
    if (tid <= 0) return -EINVAL;
    return send(tid, sig);
}
