import test from "ava";
import type { Demand, Request } from "../demand/demand.ts";
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
const keeping = (kept: Record<string, readonly number[] | "all">): Kept => new Map(Object.entries(kept));
const rowsOf = async (kept: Kept) => selectRows((await readTable()).value!, kept, "amd64").rows;

test("kept is what any of the programs can ask for", (t) => {
  const kept = keptBy([demand(request("read"), request("futex", 129)), demand(request("futex", 0))]);
  t.deepEqual(
    [...kept!],
    [
      ["futex", [0, 129]],
      ["read", "all"],
    ],
  );
});

test("a selector of which nothing is known keeps all values, whatever else is known", (t) => {
  t.is(
    keptBy([demand(request("futex", 1), request("futex", "any"), request("futex", 0))])?.get("futex"),
    "all",
  );
});

test("a program that may ask for anything leaves nothing out", (t) => {
  const open = { requests: [], unresolved: [{ function: "f" }] } as unknown as Demand;
  t.is(keptBy([demand(request("read")), open]), undefined);
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

test("a selection survives being written into a kernel, whatever the programs are called", (t) => {
  const kept: Kept = keeping({ close: "all", fcntl: [1, 1030] });
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
