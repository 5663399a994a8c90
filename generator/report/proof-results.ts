/** What became of each proof the last time it was run here: the proofs' harness writes it into the build folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildRoot } from "../compile/build-folder.ts";
import type { ProofResults } from "./syscalls-page.ts";

export const proofResultsFile = () => join(buildRoot(), "proof-results.json");

/** Nothing where no proof was run yet. */
export function readProofResults(file = proofResultsFile()): ProofResults {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProofResults;
  } catch {
    return {};
  }
}
