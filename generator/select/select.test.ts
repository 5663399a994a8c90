import test from "ava";
import type { Demand, Request, Values } from "../demand/demand.ts";
import { readTable } from "../read/read-table.ts";
import { type Kept, keptBy, missingFrom } from "./kept.ts";
import { readSelection, writeSelection } from "./kept-text.ts";
import { selectRows } from "./select-rows.ts";

const request = (call: string, value?: number | "any"): Request => ({
  call,
  number: 0,
  ...(value !== undefined && { select: { argument: "op", value } }),
  args: {},
  functions: [],
  chains: [],
});
const demand = (...requests: Request[]) => ({ requests, unresolved: [] }) as unknown as Demand;
const keeping = (
  calls: Record<string, readonly number[] | "all">,
  paths: Kept["paths"] = "any",
  values: Record<string, Record<string, readonly number[]>> = {},
): Kept => ({
  calls: new Map(Object.entries(calls)),
  values: new Map(Object.entries(values).map(([call, args]) => [call, new Map(Object.entries(args))])),
  paths,
});
const naming = new Set(["openat", "readlinkat"]);
const rowsOf = async (kept: Kept) => selectRows((await readTable()).value!, kept, "amd64").rows;

test("kept is what any of the programs can ask for", (t) => {
  const kept = keptBy([demand(request("read"), request("futex", 129)), demand(request("futex", 0))], naming);
  t.deepEqual(
    [...kept!.calls],
    [
      ["futex", [0, 129]],
      ["read", "all"],
    ],
  );
});

test("a selector of which nothing is known keeps all values, whatever else is known", (t) => {
  t.is(
    keptBy([demand(request("futex", 1), request("futex", "any"), request("futex", 0))], naming)?.calls.get(
      "futex",
    ),
    "all",
  );
});

test("a program that may ask for anything leaves nothing out", (t) => {
  const open = { requests: [], unresolved: [{ function: "f" }] } as unknown as Demand;
  t.is(keptBy([demand(request("read")), open], naming), undefined);
});

test("what is not kept has no row, what is kept is as it was", async (t) => {
  const rows = await rowsOf(keeping({ read: "all", riscv_hwprobe: "all" }));
  t.deepEqual(
    rows.map(({ call }) => call.name),
    ["read"],
  );
  t.is(rows[0]?.call.handler, "fs/read");
});

test("values that are not kept are refused with ENOSYS, bits beside the selector count for nothing", async (t) => {
  // FUTEX_WAIT | FUTEX_PRIVATE_FLAG
  const [row] = await rowsOf(keeping({ futex: [128] }));
  t.deepEqual(Object.keys(row?.call.variants ?? {}), ["FUTEX_WAIT"]);
  t.like(row?.call.otherwise, { kind: "refused", errno: "ENOSYS" });
});

test("a kept value that the row does not know keeps the row's answer", async (t) => {
  const [row] = await rowsOf(keeping({ fcntl: [1, 99] }));
  t.deepEqual(Object.keys(row?.call.variants ?? {}), ["F_GETFD"]);
  t.like(row?.call.otherwise, { kind: "refused", errno: "EINVAL" });
});

const mmap = (flags: Values): Request => ({ ...request("mmap"), args: { flags, prot: values(0) } });
const values = (...all: number[]): Values => ({ kind: "values", values: all });

test("all values of an argument are kept, if every request tells them", (t) => {
  const kept = (...requests: Request[]) => keptBy([demand(...requests)], naming)?.values.get("mmap");
  t.deepEqual(
    [...kept(mmap(values(50)), mmap(values(34)))!],
    [
      ["flags", [34, 50]],
      ["prot", [0]],
    ],
  );
  t.deepEqual([...kept(mmap(values(50)), mmap({ kind: "any" }))!.keys()], ["prot"]);
  t.deepEqual([...kept(mmap({ kind: "bits", mask: 1 }))!.keys()], ["prot"]);
});

test("the value that selects is no other argument", (t) => {
  const selecting = { ...request("futex", 129), args: { op: values(129), val: values(1) } };
  t.deepEqual(
    [
      ...keptBy([demand(selecting)], naming)!
        .values.get("futex")!
        .keys(),
    ],
    ["val"],
  );
});

test("a selection survives being written into a kernel, whatever the programs are called", (t) => {
  const args = { close: { how: [-1, 3] }, fcntl: { arg: [0], rest: [7] } };
  const kept: Kept = keeping({ close: "all", fcntl: [1, 1030], read: "all" }, "any", args);
  const selection = { programs: [{ name: 'a "b":c', digest: "0123456789abcdef" }], kept };
  const read = readSelection(writeSelection(selection));
  t.deepEqual(read, { programs: [{ name: "a__b__c", digest: "0123456789abcdef" }], kept });
  t.is(readSelection(""), undefined);
});

test("what is missing is named, with the value where only that is missing", (t) => {
  const kept: Kept = keeping({ close: "all", fcntl: [1], futex: "all" });
  const wanted: Kept = keeping({ close: "all", fcntl: [1, 3], futex: [5], ioctl: [21505] });
  t.deepEqual(missingFrom(kept, wanted), ["fcntl 3", "ioctl"]);
  t.deepEqual(missingFrom(kept, keeping({ fcntl: "all" })), ["fcntl"]);
});

test("a value of an argument is missing where others are kept", (t) => {
  const kept = keeping({ mmap: "all", read: "all" }, "any", { mmap: { flags: [34], prot: [0, 3] } });
  const wanting = (args: Record<string, readonly number[]>) =>
    keeping({ mmap: "all" }, "any", { mmap: args });
  t.deepEqual(missingFrom(kept, wanting({ flags: [2, 34], prot: [3] })), ["mmap flags 2"]);
  t.deepEqual(missingFrom(kept, wanting({ prot: [0] })), ["mmap flags"]);
  t.deepEqual(missingFrom(kept, keeping({ read: "all" })), []);
});

test("where only the runtime opens files, the paths are known", (t) => {
  const opening = (...functions: string[]) => demand({ ...request("openat"), functions });
  const paths = (...demands: Demand[]) => keptBy(demands, naming)?.paths;
  t.true(paths(opening("runtime.open"))?.includes("/dev/null"));
  t.is(paths(opening("runtime.open", "syscall.openat")), "any");
  t.is(paths(opening("runtime.open"), opening("syscall.openat")), "any");
  t.is(paths(opening("runtime.open"), demand(request("readlinkat"))), "any");
  t.is(paths(opening("runtime.open"), demand(request("getcwd"))), "any");
});

test("a program that opens files misses them where only some paths are kept", (t) => {
  t.deepEqual(missingFrom(keeping({ openat: "all" }, ["/a"]), keeping({ openat: "all" })), ["files"]);
});
