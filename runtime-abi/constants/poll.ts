// Readiness. Values as Linux defines them; the header that is the witness stands above each group.
import { group } from "./group.ts";

/** epoll_ctl(2), epoll_create1(2). Witness: linux/eventpoll.h. */
export const epollConstants = group({
  EPOLLIN: 0x1,
  EPOLL_CTL_ADD: 0x1,
  EPOLLPRI: 0x2,
  EPOLL_CTL_DEL: 0x2,
  EPOLL_CTL_MOD: 0x3,
  EPOLLOUT: 0x4,
  EPOLLERR: 0x8,
  EPOLLHUP: 0x10,
  EPOLLNVAL: 0x20,
  EPOLLRDNORM: 0x40,
  EPOLLRDBAND: 0x80,
  EPOLLWRNORM: 0x100,
  EPOLLWRBAND: 0x200,
  EPOLLMSG: 0x400,
  EPOLLRDHUP: 0x2000,
  EPOLL_CLOEXEC: 0x80000,
  EPOLL_URING_WAKE: 0x8000000,
  EPOLLEXCLUSIVE: 0x10000000,
  EPOLLWAKEUP: 0x20000000,
  EPOLLONESHOT: 0x40000000,
  EPOLLET: 0x80000000,
});

/** poll(2). Witness: asm/poll.h. */
export const pollEvents = group({
  POLLIN: 0x1,
  POLLPRI: 0x2,
  POLLOUT: 0x4,
  POLLERR: 0x8,
  POLLHUP: 0x10,
  POLLNVAL: 0x20,
  POLLRDNORM: 0x40,
  POLLRDBAND: 0x80,
  POLLWRNORM: 0x100,
  POLLWRBAND: 0x200,
  POLLMSG: 0x400,
  POLLREMOVE: 0x1000,
  POLLRDHUP: 0x2000,
});

/** eventfd2(2). Witness: sys/eventfd.h. */
export const eventfdFlags = group({
  EFD_SEMAPHORE: 0x1,
  EFD_NONBLOCK: 0x800,
  EFD_CLOEXEC: 0x80000,
});
