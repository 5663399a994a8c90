/** The cheap part of `npm run recall`: some proofs, by the oldest and the newest Go at hand, on both architectures. */
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { buildProofs } from "../harness/build-proofs.ts";
import { goToolchains } from "../harness/go-toolchains.ts";
import { readProofs } from "../harness/read-proofs.ts";
import { formatRecall, recallOf, workOfProofs } from "./recall.ts";
import { readQemu, readStrace } from "./seen.ts";

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

test("QEMU's lines become names, and numbers where it knows none", (t) => {
  const seen = readQemu(
    '7 openat(AT_FDCWD,"/x",O_RDONLY) = 3\n7 Unknown syscall 258\n7 write(1,0x1,3)hi\n = 3\n',
  );
  t.deepEqual(
    seen.map(({ call }) => call),
    ["openat", "258", "write"],
  );
});
