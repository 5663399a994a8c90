/**
 * Runs proofs on Linux and in the image, one after the other: the machine has few CPUs, and a proof that has to share
 * them proves less. A proof that fails on Linux is not run in the image: then the proof is wrong.
 */
import { readFileSync } from "node:fs";
import { type Ran, verdictAlone, verdictBeside } from "./compare.ts";
import type { Proof, ProofCase } from "./read-proofs.ts";
import { runInImage } from "./run-image.ts";
import { runNative } from "./run-native.ts";

/** Where the image runs; `title` heads the column. */
export type Place = { title: string; name: string; cpus: number };

/** Every number of CPUs and every machine once. */
export const places: readonly Place[] = [
  { title: "1 CPU", name: "microvm", cpus: 1 },
  { title: "2 CPUs", name: "q35", cpus: 2 },
  { title: "4 CPUs", name: "pc", cpus: 4 },
];
export const onLinux = "Linux";

export type Run = { proof: Proof; where: string; ran: Ran };
export type Plan = {
  /** The binary with all proofs. */
  binary: string;
  proofs: readonly Proof[];
  /** Without a kernel there is Linux alone. */
  kernel?: Buffer | undefined;
  places: readonly Place[];
  onRun?: (run: Run) => void;
};

export type ProofResult = {
  name: string;
  /** Column to milliseconds of all its cases; absent when not run. */
  ms: Record<string, number>;
  failures: { place: string; args: string; what: string }[];
};

export async function proveAll(plan: Plan): Promise<ProofResult[]> {
  const results: ProofResult[] = [];
  for (const proof of plan.proofs) results.push(await proveOne(proof, plan));
  return results;
}

async function proveOne(proof: Proof, { binary, places, kernel, onRun }: Plan): Promise<ProofResult> {
  const result: ProofResult = { name: proof.name, ms: {}, failures: [] };
  const note = (place: string, { args }: ProofCase, ran: Ran, what: string | undefined) => {
    result.ms[place] = (result.ms[place] ?? 0) + ran.ms;
    if (what !== undefined) result.failures.push({ place, args: args.join(" "), what });
    onRun?.({ proof, where: [place, ...args].join(" "), ran });
  };
  const program = { bytes: readFileSync(binary), name: proof.name };
  for (const proofCase of proof.cases) {
    const native = runNative(binary, proof, proofCase);
    const wrong = verdictAlone(native, proofCase);
    note(onLinux, proofCase, native, wrong);
    if (wrong !== undefined || kernel === undefined) continue;
    for (const { title, name, cpus } of places) {
      const ran = await runInImage(kernel, program, proof, proofCase, { name, cpus });
      const verdict = verdictAlone(ran, proofCase) ?? verdictBeside(ran, native, proof.comparison);
      note(title, proofCase, ran, verdict);
    }
  }
  return result;
}
