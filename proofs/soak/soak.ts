/**
 * Runs proof soak for as long as is wanted on the machine that comes along, whose time goes on by itself while the program
 * rests, and looks at what only this side knows to be the kernel's: memory that is neither free nor the program's.
 */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import { buildProofs, goToolchain } from "../harness/build-proofs.ts";
import { verdictAlone } from "../harness/compare.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { readProofs } from "../harness/read-proofs.ts";
import { runInImage } from "../harness/run-image.ts";

/** What it said there was, as time went by. `kernelKiB`: less than all memory by what the kernel has. */
export type Look = { line: string; threads: number; kernelKiB: number };
export type Soak = { arch: Arch; cpus: number; duration: string; timeoutMs?: number };

const lineOfLook = /^after .*, (\d+) threads, .* (\d+) KiB resident, .* (\d+) KiB free$/;
/** A thread more has a stack, its guard and its entry; the rest is page tables and what lists keep for later. */
const kernelKiBPerThread = 40;
const kernelKiBMore = 64;

export async function soak({ arch, cpus, duration, timeoutMs = 3600_000 }: Soak) {
  const [proof] = readProofs(["soak"]);
  const program = { bytes: readFileSync(buildProofs(goToolchain(), arch)), name: "soak" };
  const kernel = readFileSync(await kernelFile(arch, false));
  const proofCase = { args: ["-show", duration], exit: 0 };
  const machine = { arch, cpus, name: "model", tier: "auto", timeoutMs } as const;
  const ran = await runInImage(kernel, program, proof!, proofCase, machine);
  const looks: Look[] = ran.output.split(/\r?\n/).flatMap((line) => {
    const [, threads, resident, free] = lineOfLook.exec(line) ?? [];
    return threads === undefined
      ? []
      : [{ line, threads: Number(threads), kernelKiB: -(Number(free) + Number(resident)) }];
  });
  return { looks, ms: ran.ms, wrong: verdictAlone(ran, proofCase) ?? kernelGrew(looks) };
}

/** Nothing, or how much more the kernel has at the end than at first. */
function kernelGrew(looks: readonly Look[]): string | undefined {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || looks.length < 2) return "it did not say what there is";
  const more = last.kernelKiB - first.kernelKiB;
  const threads = Math.max(last.threads - first.threads, 0);
  return more <= kernelKiBMore + threads * kernelKiBPerThread
    ? undefined
    : `the kernel has ${more} KiB more, and ${threads} threads`;
}
