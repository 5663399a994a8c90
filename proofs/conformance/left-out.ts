/**
 * Packages of the standard library whose tests are not run as images, and why: nearly every test of these needs what a
 * kernel for one program without a network does not have, or what a static program cannot be. All others are possible.
 */
export type LeftOut = { why: string; packages: readonly string[] };

export const leftOut: readonly LeftOut[] = [
  {
    why: "needs sockets: the row of socket refuses",
    packages: [
      "crypto/tls",
      "internal/nettest",
      "log/syslog",
      "net",
      "net/http",
      "net/http/cgi",
      "net/http/fcgi",
      "net/http/httptest",
      "net/http/httptrace",
      "net/http/httputil",
      "net/http/internal/http2",
      "net/http/pprof",
      "net/internal/socktest",
      "net/rpc",
      "net/rpc/jsonrpc",
      "net/smtp",
    ],
  },
  {
    why: "needs processes: the row of execve refuses",
    packages: ["os/exec", "os/exec/internal/fdtest", "internal/runtime/wasitest"],
  },
  {
    why: "needs cgo: the program would not be static",
    packages: ["net/internal/cgotest", "plugin", "runtime/cgo", "runtime/race"],
  },
];

export const whyLeftOut = (name: string): string | undefined =>
  leftOut.find(({ packages }) => packages.includes(name))?.why;
