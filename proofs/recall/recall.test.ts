/** The cheap part of `npm run recall`: some proofs, by the oldest and the newest Go at hand, on both architectures. */
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { buildProofs } from "../harness/build-proofs.ts";
import { goToolchains } from "../harness/go-toolchains.ts";
import { readProofs } from "../harness/read-proofs.ts";
import { readQemu } from "./qemu-strace.ts";
import { formatRecall, recallOf, workOfProofs } from "./recall.ts";
import { readStrace } from "./seen.ts";

const chosen = [
  "start",
  "files",
  "epoll",
  "pipes",
  "threads",
  "timers",
  "os-signal",
  "crypto-rand",
  "exit-status",
];

for (const toolchain of goToolchains()) {
  for (const arch of archs) {
    test.serial(`what proofs built by ${toolchain.version} ask on ${arch} was foretold`, async (t) => {
      const work = workOfProofs(readProofs(chosen));
      const row = await recallOf({
        title: toolchain.version,
        arch,
        binary: buildProofs(toolchain, arch),
        work,
      });
      t.log(formatRecall([row]));
      t.deepEqual(row.misses, []);
      // All proofs are in one binary, and two of them make random calls.
      t.deepEqual(
        row.unresolved.filter((name) => !/^proofs\/(hostile-calls|random)\./.test(name)),
        [],
      );
      t.true(row.seen > 20);
    });
  }
}

test("strace's lines become calls with raw words, and another program's calls do not count", (t) => {
  const seen = readStrace(
    [
      "10 execve(0x1, 0x2, 0x3) = 0",
      "10 openat(0xffffff9c, 0x579a40, 0, 0) = 0x3",
      "10 futex(0x5, 0x80, 0, 0, 0, 0 <unfinished ...>",
      "10 clone(0x4111, 0) = 0xb",
      "11 execve(0x1, 0x2, 0x3) = 0",
      "11 socket(0x2, 0x1, 0) = 0x3",
      "10 syscall_0x1c3(0x1) = -1 ENOSYS (Function not implemented)",
      "10 exit_group(0) = ?",
    ].join("\n"),
  );
  const expected = ["openat", "futex", "clone", "execve", "451", "exit_group"];
  t.deepEqual(
    seen.map(({ call }) => call),
    expected,
  );
  t.deepEqual(seen[0]?.args, [0xffffff9cn, 0x579a40n, 0n, 0n]);
  t.is(seen[1]?.args?.length, 6);
});

test("QEMU's lines become words where they are numbers or constants, and numbers where it knows no name", (t) => {
  const lines = [
    '7 openat(AT_FDCWD,"/x,y(",O_RDONLY|O_CLOEXEC) = 3',
    "7 Unknown syscall 258",
    "7 write(1,0x1,3)hi",
    " = 3",
    "7 futex(0x0000000000579a40,FUTEX_PRIVATE_FLAG|FUTEX_WAKE,1,NULL,NULL,0)8 getpid() = 7",
    '7 mkdirat(AT_FDCWD,"d",0700) = 0',
    "7 rt_sigaction(SIGURG,{sa_handler=1,sa_flags=2},(nil)) = 0",
    "7 ioctl(1,TCGETS_OF_QEMU,0x0000004000800508) = 0",
  ];
  const cwd = BigInt.asUintN(64, -100n);
  t.deepEqual(readQemu(lines.join("\n")), [
    { call: "openat", args: [cwd, undefined, 0x80000n] },
    { call: "258", args: [] },
    { call: "write", args: [1n, 1n, 3n] },
    { call: "futex", args: [0x579a40n, 129n, 1n, 0n, 0n, 0n] },
    { call: "getpid", args: [undefined] },
    { call: "mkdirat", args: [cwd, undefined, 0o700n] },
    { call: "rt_sigaction", args: [23n, undefined, 0n] },
    { call: "ioctl", args: [1n, undefined, 0x4000800508n] },
  ]);
});
