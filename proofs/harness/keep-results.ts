/**
 * Keeps what became of each proof, for `catkernel syscalls --html`: by proof, the places where it passed and those where
 * it failed, the last time that it was run there.
 */
import { renameSync, writeFileSync } from "node:fs";
import { buildFolder } from "../../generator/compile/build-folder.ts";
import { proofResultsFile, readProofResults } from "../../generator/report/proof-results.ts";
import type { ProofResults } from "../../generator/report/syscalls-page.ts";
import type { ProofResult } from "./prove-all.ts";

export function keepResults(results: readonly ProofResult[]): void {
  const file = proofResultsFile();
  buildFolder();
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(withResults(readProofResults(file), results), null, 1)}\n`);
  renameSync(temporary, file);
}

export function withResults(known: ProofResults, results: readonly ProofResult[]): ProofResults {
  const all = { ...known };
  for (const { name, ms, failures } of results) {
    const ran = Object.keys(ms);
    const failed = ran.filter((place) => failures.some((failure) => failure.place === place));
    const others = (places: readonly string[] = []) => places.filter((place) => !ran.includes(place));
    const before = known[name];
    all[name] = {
      passed: [...others(before?.passed), ...ran.filter((place) => !failed.includes(place))].sort(),
      failed: [...others(before?.failed), ...failed].sort(),
    };
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
