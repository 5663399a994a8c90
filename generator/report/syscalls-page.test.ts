import test from "ava";
import { listCalls } from "../check/listing.ts";
import { readFacts, readGoCalls } from "../facts/facts.ts";
import { readTable } from "../read/read-table.ts";
import { rangesOf, syscallsPage } from "./syscalls-page.ts";

const table = await readTable();
const listing = listCalls(table.value ?? { rows: [] }, readFacts());
const go = readGoCalls();
const page = syscallsPage(listing, go, { mmap: { passed: ["linux", "amd64 1"], failed: [] } });

test("the page has every call of Linux, with its numbers and its status", (t) => {
  t.is(page.match(/<tr data-status=/g)?.length, listing.calls.length);
  t.regex(page, /<span class="call">futex<\/span>[\s\S]*?>202<[\s\S]*?>98<[\s\S]*?partial/);
});

test("it tells which releases of Go name a call, and what a proof said", (t) => {
  const eventfd = /<span class="call">eventfd2<\/span>[\s\S]*?<\/tr>/.exec(page)?.[0] ?? "";
  t.regex(eventfd, /runtime <span class="soft">since 1\.23<\/span>/);
  t.regex(page, /prog:mmap<\/span>: passed: linux, amd64 1/);
});

test("it is whole in itself", (t) => {
  t.notRegex(
    page.replaceAll('xmlns="http://www.w3.org/2000/svg"', ""),
    /https?:|<link|<img|src=|@import|url\(/,
  );
  t.notRegex(page, /undefined|\[object|\{\{/);
});

test("releases are told as ranges", (t) => {
  const all = ["1.19", "1.20", "1.21", "1.22"];
  t.is(rangesOf(all, all), "all");
  t.is(rangesOf(["1.21", "1.22"], all), "since 1.21");
  t.is(rangesOf(["1.19", "1.20"], all), "1.19 to 1.20");
  t.is(rangesOf(["1.19", "1.21"], all), "1.19, 1.21");
  t.is(rangesOf(["1.22"], all), "1.22");
});
