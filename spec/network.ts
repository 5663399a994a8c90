// The network: there is none yet to reach, and the answer is that of a Linux built without one. Go's net
// package gives the error to the program; nothing of Go's own start needs a socket.
import { addr, fd, int, nothing, refused, syscall } from "./vocabulary.ts";

/** Make a socket. */
export const socket = syscall("socket", {
  subsystem: "net",
  man: "socket(2)",
  nr: { amd64: 41, riscv64: 198 },
  args: { domain: int, type: int, protocol: int },
  returns: fd(),
  errors: { EAFNOSUPPORT: "always" },
  support: refused("EAFNOSUPPORT", "no address family is there, as on a Linux built without networking"),
});

/** Make two sockets that are connected. */
export const socketpair = syscall("socketpair", {
  subsystem: "net",
  man: "socketpair(2)",
  nr: { amd64: 53, riscv64: 199 },
  args: { domain: int, type: int, protocol: int, sv: addr },
  returns: nothing,
  errors: { EAFNOSUPPORT: "always" },
  support: refused("EAFNOSUPPORT", "no address family is there, as on a Linux built without networking"),
});
