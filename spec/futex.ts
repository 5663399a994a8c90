// futex: threads that wait at a 32-bit word until another thread wakes them.
//
// The Go runtime needs only WAIT and WAKE, private, with relative timeouts (runtime/os_linux.go); the
// others are what language-neutral locks use. The compare and the queueing are one step under the
// lock of the word's queue, so that no wake is lost.
import { addr, full, ignored, int, nullable, refused, syscall, uint, user } from "./vocabulary.ts";

/** Wait for and wake threads at a user address. */
export const futex = syscall("futex", {
  subsystem: "thread",
  man: "futex(2)",
  nr: { amd64: 202, riscv64: 98 },
  args: { uaddr: user.word, op: int, val: uint, timeout: addr, uaddr2: addr, val3: uint },
  select: {
    on: "op",
    mask: "FUTEX_CMD_MASK",
    also: {
      FUTEX_PRIVATE_FLAG: ignored("there is one address space, so every futex is private"),
      FUTEX_CLOCK_REALTIME: full("prog:futex"),
    },
  },
  variants: {
    FUTEX_WAIT: {
      args: {
        val: "the value expected at uaddr",
        timeout: user.in("timespec", nullable),
        uaddr2: "unused",
        val3: "unused",
      },
      support: full("prog:futex", "prog:goroutines"),
      handler: "thread/futex_wait",
    },
    FUTEX_WAKE: {
      args: { val: "how many to wake", timeout: "unused", uaddr2: "unused", val3: "unused" },
      support: full("prog:futex", "prog:goroutines"),
      handler: "thread/futex_wake",
    },
    FUTEX_WAIT_BITSET: {
      args: {
        val: "the value expected at uaddr",
        timeout: user.in("timespec", nullable),
        uaddr2: "unused",
        val3: "wakers must share a bit with it",
      },
      support: full("prog:futex"),
      handler: "thread/futex_wait_bitset",
    },
    FUTEX_WAKE_BITSET: {
      args: {
        val: "how many to wake",
        timeout: "unused",
        uaddr2: "unused",
        val3: "waiters must share a bit with it",
      },
      support: full("prog:futex"),
      handler: "thread/futex_wake_bitset",
    },
    FUTEX_REQUEUE: {
      args: { val: "how many to wake", timeout: uint, uaddr2: user.word, val3: "unused" },
      support: full("prog:futex"),
      handler: "thread/futex_requeue",
    },
    FUTEX_CMP_REQUEUE: {
      args: {
        val: "how many to wake",
        timeout: uint,
        uaddr2: user.word,
        val3: "the value expected at uaddr",
      },
      support: full("prog:futex"),
      handler: "thread/futex_cmp_requeue",
    },
    FUTEX_WAKE_OP: {
      support: refused("ENOSYS", "no Go program uses it: it was made for condition variables of C"),
    },
    FUTEX_LOCK_PI: { support: refused("ENOSYS", "there is no priority to inherit: threads are equal") },
    FUTEX_UNLOCK_PI: { support: refused("ENOSYS", "there is no priority to inherit: threads are equal") },
    FUTEX_TRYLOCK_PI: { support: refused("ENOSYS", "there is no priority to inherit: threads are equal") },
    FUTEX_LOCK_PI2: { support: refused("ENOSYS", "there is no priority to inherit: threads are equal") },
    FUTEX_WAIT_REQUEUE_PI: {
      support: refused("ENOSYS", "there is no priority to inherit: threads are equal"),
    },
    FUTEX_CMP_REQUEUE_PI: {
      support: refused("ENOSYS", "there is no priority to inherit: threads are equal"),
    },
    FUTEX_FD: { support: refused("ENOSYS", "Linux removed it in 2.6.26") },
  },
  otherwise: refused("ENOSYS", "not an operation of Linux"),
  returns: int,
  errors: {
    EAGAIN: "the word does not hold the value expected",
    ETIMEDOUT: "nobody woke the thread in time",
    EINTR: "a signal arrived",
    EINVAL: "uaddr is not 4-aligned, the timeout is not a time, a bit mask is zero, or a count is negative",
    EFAULT: "a word or the timeout is outside user memory",
    ENOSYS: "an operation that is not kept",
  },
});
