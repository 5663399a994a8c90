/** `catkernel syscalls`: every call that Linux knows, and what we do with it. */
import { archs } from "../../runtime-abi/arch.ts";
import { type ListedCall, type Listing, listCalls } from "../check/listing.ts";
import { readFacts, readGoCalls } from "../facts/facts.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { readProofResults } from "../report/proof-results.ts";
import { syscallsPage } from "../report/syscalls-page.ts";
import type { Given, Verb } from "./verb.ts";
import { writeOutput } from "./write-output.ts";

const help = `Usage: catkernel syscalls [NAME] [--json]
       catkernel syscalls --html [-o FILE]

Lists every Linux system call with its status here: full, partial, ignored, constant, refused, or not considered.
With a NAME: everything the table says about that call. With --html: the whole table as one page to look at, with the
releases of Go that name each call, and what its proofs said when they were last run here.

Example:
  catkernel syscalls madvise`;

export const syscalls: Verb = {
  name: "syscalls",
  summary: "the table: every Linux call and what we do with it",
  help,
  options: {
    json: { type: "boolean" },
    html: { type: "boolean" },
    output: { type: "string", short: "o" },
  },
  words: [0, 1],
  run,
};

async function run(given: Given): Promise<Outcome<number>> {
  const { readTable } = await import("../read/read-table.ts");
  const table = await readTable();
  if (table.problems) return table;
  const listing = listCalls(table.value, readFacts());
  const [name] = given.positionals;
  if (given.flag("html")) return await page(listing, name, given.text("output"));
  if (name === undefined) {
    console.log(given.flag("json") ? JSON.stringify(listing) : overview(listing));
    return succeed(0);
  }
  const call = listing.calls.find((candidate) => candidate.name === name);
  if (call === undefined) {
    return fail("no-such-call", `Linux has no call ${name}`, "catkernel syscalls lists them all.");
  }
  console.log(given.flag("json") ? JSON.stringify(call) : details(call));
  return succeed(0);
}

async function page(
  listing: Listing,
  name: string | undefined,
  output: string | undefined,
): Promise<Outcome<number>> {
  if (name !== undefined) return fail("whole-page", "--html is the whole table", `Leave ${name} out.`);
  const html = syscallsPage(listing, readGoCalls(), readProofResults());
  return await writeOutput(html, output, 0);
}

const nameWidth = 26;

function overview({ calls, counts, source }: Listing): string {
  const lines = calls.map(({ name, nr, status, words }) =>
    `${name.padEnd(nameWidth)} ${numbers(nr)} ${status.padEnd(14)} ${words}`.trimEnd(),
  );
  const sums = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  const head = `${"call".padEnd(nameWidth)} ${archs.map((arch) => arch.padStart(7)).join(" ")} status`;
  return [
    head,
    ...lines,
    "",
    `${calls.length} calls: ${sums.join(", ")}. Names and numbers: ${source}.`,
  ].join("\n");
}

function numbers(nr: ListedCall["nr"]): string {
  return archs.map((arch) => `${nr[arch] ?? "-"}`.padStart(7)).join(" ");
}

function details(call: ListedCall): string {
  const { name, nr, status, words, description, man, args, variants, flags, errors, proofs } = call;
  const parts = (list: ListedCall["flags"]) =>
    list.map((part) => `  ${part.name.padEnd(nameWidth)} ${part.status.padEnd(10)} ${part.words}`.trimEnd());
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? ["", title, ...lines] : [];
  const numbersOn = archs.map((arch) => `${arch} ${nr[arch] ?? "-"}`).join(", ");
  return [
    `${name}(${args.join(", ")})  ${numbersOn}  ${man}`,
    ...(description === "" ? [] : [description]),
    `Status: ${status}${words === "" ? "" : `: ${words}`}`,
    ...section("Variants:", parts(variants)),
    ...section("Flags:", parts(flags)),
    ...section(
      "Errors:",
      Object.entries(errors).map(([error, why]) => `  ${error.padEnd(nameWidth)} ${why}`),
    ),
    ...section(
      "Proofs:",
      proofs.map((proof) => `  ${proof}`),
    ),
  ].join("\n");
}
