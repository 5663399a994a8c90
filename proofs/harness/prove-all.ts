/**
 * Runs proofs on Linux and in the image, one after the other: the machine has few CPUs, and a proof that has to share
 * them proves less. Whatever the architecture, what Linux printed for the amd64 binary is what every other run must
 * print. A proof that fails on Linux is not run in the image: then the proof is wrong.
 */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import { type Ran, verdictAlone, verdictBeside } from "./compare.ts";
import { keepResults } from "./keep-results.ts";
import { onLinux, onUserMode, type Place } from "./places.ts";
import type { Proof, ProofCase } from "./read-proofs.ts";
import { type Program, runInImage } from "./run-image.ts";
import { runNative } from "./run-native.ts";
import { whyNoDisk } from "./small-disk.ts";

/** `wrong` is absent if it passed. */
export type Run = { proof: Proof; where: string; ran: Ran; wrong: string | undefined };
export type Plan = {
  /** The binaries with all proofs. The one for amd64 is always needed: it is what runs on Linux. */
  binaries: { amd64: string } & { [arch in Arch]?: string };
  /** For each place's architecture. */
  kernels: { [arch in Arch]?: Buffer };
  places: readonly Place[];
  /** QEMU's name of the CPU that the riscv64 binary needs in user mode. */
  userCpu?: string | undefined;
  proofs: readonly Proof[];
  onRun?: (run: Run) => void;
};

export type ProofResult = {
  name: string;
  /** Column to milliseconds of all its cases; absent when not run. */
  ms: Record<string, number>;
  failures: { place: string; args: string; what: string }[];
  /** Why it was not run in QEMU's user mode. */
  notInUserMode?: string | undefined;
  /** Why the disk that it fills is not there on Linux. */
  noDisk?: string | undefined;
};

export async function proveAll(plan: Plan): Promise<ProofResult[]> {
  const results: ProofResult[] = [];
  for (const proof of plan.proofs) results.push(await proveOne(proof, plan));
  keepResults(results);
  return results;
}

async function proveOne(
  proof: Proof,
  { binaries, places, kernels, userCpu, onRun }: Plan,
): Promise<ProofResult> {
  const result: ProofResult = { name: proof.name, ms: {}, failures: [] };
  if (proof.disk !== undefined) result.noDisk = whyNoDisk();
  if (binaries.riscv64 !== undefined) result.notInUserMode = proof.notInUserMode;
  const note = (place: string, { args }: ProofCase, ran: Ran, what: string | undefined) => {
    result.ms[place] = (result.ms[place] ?? 0) + ran.ms;
    if (what !== undefined) result.failures.push({ place, args: args.join(" "), what });
    onRun?.({ proof, where: [place, ...args].join(" "), ran, wrong: what });
  };
  const cpu = userCpu === undefined ? [] : ["-cpu", userCpu];
  const program = (arch: Arch): Program => ({
    bytes: readFileSync(need(binaries[arch])),
    name: proof.name,
  });
  for (const proofCase of proof.cases) {
    const native = runNative([binaries.amd64], proof, proofCase);
    const wrong = verdictAlone(native, proofCase);
    note(onLinux, proofCase, native, wrong);
    if (wrong !== undefined) continue;
    const verdict = (ran: Ran) =>
      verdictAlone(ran, proofCase) ?? verdictBeside(ran, native, proof.comparison);
    if (binaries.riscv64 !== undefined && proof.notInUserMode === undefined) {
      const ran = runNative([onUserMode, ...cpu, binaries.riscv64], proof, proofCase);
      note(onUserMode, proofCase, ran, verdict(ran));
    }
    for (const { title, arch, options = {}, ...place } of places) {
      const machine = { ...place, arch, options };
      const ran = await runInImage(need(kernels[arch]), program(arch), proof, proofCase, machine);
      note(title, proofCase, ran, verdict(ran));
    }
  }
  return result;
}

/** A place without a kernel or a binary is a bug of the caller. */
function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the plan has a place without its kernel or its binary");
  return value;
}
