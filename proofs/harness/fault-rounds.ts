/**
 * Rounds of proofs in which things fail because a seed says so (shim-templates/debug/faults.c), on kernels that check
 * themselves, on the model: the same seed does the same again. A program may end as it likes, for Linux might have
 * answered it the same; the kernel may not panic, and has to end with it. Late timers change nothing that a proof prints.
 */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import { buildProofs, goToolchain } from "./build-proofs.ts";
import type { Ran } from "./compare.ts";
import { kernelFile } from "./kernel-file.ts";
import type { Proof } from "./read-proofs.ts";
import { runInImage } from "./run-image.ts";

export const faultKinds = ["calls", "memory", "timers"] as const;
export type FaultKind = (typeof faultKinds)[number];
export type Round = { proof: Proof; arch: Arch; cpus: number; seed: number; kind: FaultKind };

/** Several times what a chosen proof takes. A program may wait for ever, as on Linux: Go on riscv64 takes no notice of a clone that fails. */
const instructions = 600_000_000;

export async function faultRound({ proof, arch, cpus, seed, kind }: Round): Promise<Ran> {
  const program = { bytes: readFileSync(buildProofs(goToolchain(), arch)), name: proof.name };
  const kernel = readFileSync(await kernelFile(arch, true));
  const machine = { arch, name: "model", cpus, tier: "auto", seed, instructions } as const;
  return await runInImage(kernel, program, proof, proof.cases[0]!, {
    ...machine,
    options: { fault: `${seed}:${kind}` },
  });
}

/** What the kernel did wrong; undefined if nothing. */
export function kernelAtFault({ kind }: Round, { output, status, isStopped }: Ran): string | undefined {
  const panicked = /catkernel: PANIC[^\n]*/.exec(output);
  if (panicked) return panicked[0];
  if (isStopped && kind !== "timers") return undefined;
  if (status === -1) return output.slice(-300);
  return kind === "timers" && status !== 0
    ? `late timers end it with ${status}: ${output.slice(-300)}`
    : undefined;
}
