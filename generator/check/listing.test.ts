import test from "ava";
import { readFacts } from "../facts/facts.ts";
import { readTable } from "../read/read-table.ts";
import { listCalls, type Status } from "./listing.ts";

const facts = readFacts();
const { value: table } = await readTable();
if (!table) throw new Error("the table cannot be read");
const listing = listCalls(table, facts);

function has(title: string, name: string, status: Status, words: RegExp): void {
  test(title, (t) => {
    const call = listing.calls.find((one) => one.name === name);
    t.is(call?.status, status);
    t.regex(call?.words ?? "", words);
  });
}

has("a full call has nothing to say", "munmap", "full", /^$/);
has("a partial call says what is missing", "clone", "partial", /a new process is refused/);
has("a call with variants says which are refused", "madvise", "partial", /MADV_COLLAPSE, all others/);
has("a full call with a refused flag is partial", "openat", "partial", /^refused: O_ASYNC, O_TMPFILE$/);
has(
  "a partial variant says what is missing",
  "epoll_ctl",
  "partial",
  /EPOLL_CTL_ADD: an epoll instance cannot/,
);
has("a full call may have flags without effect", "getrandom", "full", /^$/);
has("a constant says which value", "mlock", "constant", /^always 0: nothing is ever paged out/);
has("a refused call says its errno", "execve", "refused", /^ENOSYS: one process/);
has("a call without a row answers ENOSYS", "io_uring_setup", "not considered", /^ENOSYS: not considered$/);
has("a call of one architecture is there", "riscv_hwprobe", "partial", /RISCV_HWPROBE_WHICH_CPUS/);

test("every call of the headers is listed once, with its numbers", (t) => {
  const names = listing.calls.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const arch of ["amd64", "riscv64"] as const)
    for (const [name, number] of facts.numbers[arch])
      t.is(listing.calls.find((one) => one.name === name)?.nr[arch], number, name);
});

test("the counts add up", (t) => {
  const sum = (counts: Readonly<Record<Status, number>>) => Object.values(counts).reduce((a, b) => a + b);
  t.is(sum(listing.counts), listing.calls.length);
  t.is(sum(listing.countsOn.amd64), facts.numbers.amd64.size);
  t.is(sum(listing.countsOn.riscv64), facts.numbers.riscv64.size);
});
