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

/** A proof's run, and whether a clone in it failed. */
export type FaultRan = Ran & { cloneFailed: boolean };

/** Several times what a chosen proof takes. */
const instructions = 600_000_000;
/** Against hanging of the machine only: what a round does is said in instructions. */
const timeoutMs = 20 * 60_000;

export async function faultRound({ proof, arch, cpus, seed, kind }: Round): Promise<FaultRan> {
  const program = { bytes: readFileSync(buildProofs(goToolchain(), arch)), name: proof.name };
  const kernel = readFileSync(await kernelFile(arch, true));
  let cloneFailed = false;
  const onCall = (line: string) => {
    cloneFailed ||= /^clone\(.*\) = -1 /.test(line);
  };
  const machine = { arch, name: "model", cpus, tier: "auto", seed, instructions, timeoutMs, onCall } as const;
  const options = { fault: `${seed}:${kind}` };
  return {
    ...(await runInImage(kernel, program, proof, proof.cases[0]!, { ...machine, options })),
    cloneFailed,
  };
}

/**
 * Without an end, which a program may have on Linux, too, in one case only: Go on riscv64 takes a clone that has failed
 * for one that has not (runtime/sys_linux_riscv64.s, clone: `MOVW ZERO, ret+40(FP)`, from Go 1.19 to 1.27), and waits for
 * the thread. So it does on Linux where RLIMIT_NPROC lets it have no thread more.
 */
export function waitsForThread({ arch }: Round, { status, cloneFailed }: FaultRan): boolean {
  return arch === "riscv64" && cloneFailed && status === -1;
}

/** What the kernel did wrong; undefined if nothing. */
export function kernelAtFault(round: Round, ran: FaultRan): string | undefined {
  const { output, status } = ran;
  const panicked = /catkernel: PANIC[^\n]*/.exec(output);
  if (panicked) return panicked[0];
  if (waitsForThread(round, ran)) return undefined;
  if (status === -1) return output.slice(-300);
  return round.kind === "timers" && status !== 0
    ? `late timers end it with ${status}: ${output.slice(-300)}`
    : undefined;
}
