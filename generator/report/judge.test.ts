import test from "ava";
import type { Values } from "../demand/demand.ts";
import { anyValue, calls, values } from "./fixture/demands.ts";
import { type Asked, type Judgement, judge } from "./judge.ts";

function judges(title: string, name: string, asked: Partial<Asked>, expected: Partial<Judgement>): void {
  test(title, (t) => {
    const call = [...calls.amd64.values()].find((row) => row.name === name);
    t.like(judge(call, { args: {}, ...asked }, "amd64"), expected);
  });
}
const select = (argument: string, value: number | "any") => ({ select: { argument, value } });
const flags = (of: Values) => ({ args: { flags: of } });
const names = (parts: readonly { name: string }[]) => parts.map(({ name }) => name);

judges(
  "a call without a row is not considered",
  "nothing",
  {},
  { status: "not considered", errno: "ENOSYS", isRefused: true },
);
judges(
  "a call is what its row says",
  "socket",
  {},
  { status: "refused", errno: "EAFNOSUPPORT", isRefused: true },
);
judges("a selector's value chooses its variant", "madvise", select("advice", 4), {
  status: "full",
  value: "MADV_DONTNEED",
  isRefused: false,
});
judges("a variant may be refused", "prctl", select("option", 0x53564d41), {
  status: "refused",
  value: "PR_SET_VMA",
  errno: "EINVAL",
});
judges("a value without a variant is otherwise", "prctl", select("option", 12345), {
  status: "refused",
  value: "0x3039",
  isRefused: true,
});
judges("bits beside the selector's mask are taken off it", "futex", select("op", 128), {
  status: "full",
  value: "FUTEX_WAIT",
  isRefused: false,
});
judges("flags that are kept pass", "mmap", flags(values(0x22)), { isRefused: false, refused: [] });
judges("every value refused is a refusal", "mmap", flags(values(0x40022)), { isRefused: true });

test("some values refused is a part", (t) => {
  const call = [...calls.amd64.values()].find(({ name }) => name === "mmap");
  const { isRefused, refused } = judge(call, flags(values(0x22, 0x40022)), "amd64");
  t.false(isRefused);
  t.deepEqual(names(refused), ["MAP_HUGETLB"]);
});

test("of an unknown value every refused flag may be meant, of known bits those among them", (t) => {
  const call = [...calls.amd64.values()].find(({ name }) => name === "mmap");
  t.deepEqual(names(judge(call, flags(anyValue), "amd64").perhaps).sort(), [
    "MAP_GROWSDOWN",
    "MAP_HUGETLB",
    "MAP_SYNC",
  ]);
  t.deepEqual(names(judge(call, flags({ kind: "bits", mask: 0x40022 }), "amd64").perhaps), ["MAP_HUGETLB"]);
});

test("a flag of several bits is seen before one that is part of it", (t) => {
  const call = [...calls.amd64.values()].find(({ name }) => name === "openat");
  t.deepEqual(names(judge(call, flags(values(0o20200000)), "amd64").refused), ["O_TMPFILE"]);
  t.deepEqual(names(judge(call, flags(values(0o200000)), "amd64").refused), []);
});

test("an unknown selector may choose any variant, the refused ones too", (t) => {
  const call = [...calls.amd64.values()].find(({ name }) => name === "prctl");
  const judged = judge(call, select("option", "any") as Asked, "amd64");
  t.false(judged.isRefused);
  t.true(names(judged.perhaps).includes("PR_SET_VMA"));
});

test("threads are kept, processes are not: the flags of clone decide", (t) => {
  for (const arch of ["amd64", "riscv64"] as const) {
    const call = [...calls[arch].values()].find(({ name }) => name === "clone");
    t.false(judge(call, flags(values(0x50f00)), arch).isRefused);
    t.true(judge(call, flags(values(0x4111)), arch).isRefused);
  }
});
