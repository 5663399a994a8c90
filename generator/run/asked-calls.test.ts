import test from "ava";
import type { Caller } from "../../hw-models/index.ts";
import { askedCalls } from "./asked-calls.ts";
import { callsByNumber } from "./spec-calls.ts";

const rows = await callsByNumber("amd64");
const [stackAt, textAt] = [0x7000n, 0x400000n];

/** A thread at a call, with `frames` return addresses above it. */
function caller(registers: Record<string, bigint>, frames: readonly bigint[] = []): Caller {
  const memory = new DataView(new ArrayBuffer(0x400));
  // The top of the stack, then a chain: each frame holds the next one's address and where to return.
  memory.setBigUint64(0, textAt + 0x10n, true);
  frames.forEach((back, index) => {
    const last = index === frames.length - 1;
    memory.setBigUint64(16 + index * 16, last ? 0n : stackAt + 32n + BigInt(index) * 16n, true);
    memory.setBigUint64(24 + index * 16, back, true);
  });
  const all: Record<string, bigint> = { pc: textAt, rsp: stackAt, rbp: stackAt + 16n, ...registers };
  return {
    cpu: 0,
    register: (name) => all[name] ?? 0n,
    read: (address, bytes) => {
      const at = Number(address - stackAt);
      return at < 0 || at + bytes > memory.byteLength
        ? new Uint8Array()
        : new Uint8Array(memory.buffer, at, bytes);
    },
  };
}

function asks(counted: ReturnType<typeof askedCalls>, registers: Record<string, bigint>, result: bigint) {
  counted.listener.call(caller(registers, [0x401000n, 0x402000n]));
  counted.listener.returned(caller({ ...registers, rax: result }));
}

test("calls are counted by value and answer, with where they came from", (t) => {
  const counted = askedCalls("amd64", rows);
  asks(counted, { rax: 28n, rdx: 4n }, 0n);
  asks(counted, { rax: 28n, rdx: 4n }, 0n);
  asks(counted, { rax: 28n, rdx: 25n }, -22n);
  const asked = counted.lines().map((line) => JSON.parse(line).asked);
  const stack = ["0x400000", "0x400010", "0x401000", "0x402000"];
  t.deepEqual(asked, [
    { nr: 28, args: { advice: 4 }, stack, errno: "", count: 2 },
    { nr: 28, args: { advice: 25 }, stack, errno: "EINVAL", count: 1 },
  ]);
});

test("a call that does not come back is counted, a number that Linux does not have too", (t) => {
  const counted = askedCalls("amd64", rows);
  counted.listener.call(caller({ rax: 231n }));
  asks(counted, { rax: 9999n }, -38n);
  const asked = counted.lines().map((line) => JSON.parse(line).asked);
  t.deepEqual(
    asked.map(({ nr, errno, count }) => [nr, errno, count]),
    [
      [231, "", 1],
      [9999, "ENOSYS", 1],
    ],
  );
});

test("a program that asks with ever other flags does not fill the memory", (t) => {
  const counted = askedCalls("amd64", rows);
  for (let flags = 0n; flags < 1000n; flags++) asks(counted, { rax: 257n, rdx: flags }, 3n);
  const asked = counted.lines().map((line) => JSON.parse(line).asked);
  t.is(asked.length, 65);
  t.is(
    asked.reduce((sum, { count }) => sum + count, 0),
    1000,
  );
});
