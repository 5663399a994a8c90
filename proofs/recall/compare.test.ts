import test from "ava";
import type { Demand, Request } from "../../generator/demand/demand.ts";
import { missesOf } from "./compare.ts";

const request = (
  call: string,
  number: number,
  args: Request["args"],
  select?: Request["select"],
): Request => ({
  call,
  number,
  args,
  ...(select ? { select } : {}),
  functions: [],
  chains: [],
});
const demand = {
  requests: [
    request("futex", 202, { op: { kind: "values", values: [128] } }, { argument: "op", value: 128 }),
    request("futex", 202, { op: { kind: "values", values: [129] } }, { argument: "op", value: 129 }),
    request("openat", 257, { flags: { kind: "bits", mask: 0x80002 } }),
    request("write", 1, {}),
    request("syscall 451", 451, {}),
  ],
  unresolved: [],
} as unknown as Demand;
const misses = (call: string, ...args: bigint[]) => missesOf(demand, [{ call, args }], "amd64");

test("what was foretold is no miss", async (t) => {
  t.deepEqual(await misses("write", 1n, 2n, 3n), []);
  t.deepEqual(await misses("futex", 0n, 129n, 1n), []);
  t.deepEqual(await misses("openat", 0xffffff9cn, 0n, 0x80000n, 0n), []);
  t.deepEqual(await misses("451"), []);
});

test("a call, a selector's value and a flag that were not foretold are misses", async (t) => {
  t.deepEqual(await misses("socket", 2n), ["socket was seen"]);
  t.is((await misses("futex", 0n, 0n, 1n)).length, 1);
  t.regex((await misses("openat", 0xffffff9cn, 0n, 0x4000n, 0n))[0] ?? "", /flags 0x4000/);
  t.deepEqual(await misses("452"), ["452 was seen"]);
});
