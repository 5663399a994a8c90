/** Runs programs of proof random on both sides, Linux and a machine, and reads what each says of every program. */
import { readFileSync } from "node:fs";
import type { Arch } from "../../runtime-abi/arch.ts";
import { goToolchain } from "../harness/build-proofs.ts";
import type { Ran } from "../harness/compare.ts";
import { makePlan } from "../harness/make-plan.ts";
import { type Proof, readProofs } from "../harness/read-proofs.ts";
import { runInImage } from "../harness/run-image.ts";
import { runNative } from "../harness/run-native.ts";

/** What a side says of a program: a line with its digest, behind the steps if they were to be shown. */
export type Said = { title: string; lines: string[] };
export type Run = {
  programs: Said[] /** What ended the run before its time, or came between. */;
  rest: string;
};
/** Whether steps are shown: all as they are made, or those of one program when it is over, which changes no timing before. */
export type Show = boolean | { after: string };
export type Side = (programs: readonly string[], show: Show) => Promise<Run>;
export type Sides = { linux: Side; kernel: Side };

export async function bothSides(options: {
  arch: Arch;
  machine: string;
  cpus: number;
  go: string;
}): Promise<Sides> {
  const { arch, machine, cpus } = options;
  const place = { title: machine, arch, name: machine, cpus };
  const { binaries, kernels } = await makePlan(goToolchain(options.go), [arch], [place]);
  const program = { bytes: readFileSync(binaries[arch]!), name: "random" };
  const proof: Proof = { ...readProofs(["random"])[0]!, cases: [] };
  const asked = (programs: readonly string[], show: Show) => ({
    args: [show === true ? "-show" : shownAfter(show === false ? "" : show.after), ...programs],
    exit: 0,
  });
  return {
    linux: async (programs, show) => read(runNative([binaries.amd64], proof, asked(programs, show))),
    kernel: async (programs, show) =>
      read(
        await runInImage(kernels[arch]!, program, proof, asked(programs, show), {
          arch,
          name: machine,
          cpus,
        }),
      ),
  };
}

/** Of the same length whatever it says: not even the stack is another. */
const shownAfter = (seed: string): string => `-after=${seed.padStart(12, "0")}`;

function read({ output, status }: Ran): Run {
  const programs: Said[] = [];
  let lines: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, title] = /^program (\d+): /.exec(line) ?? [];
    if (line !== "" && line !== "ok") lines.push(line);
    if (title === undefined) continue;
    programs.push({ title, lines });
    lines = [];
  }
  return { programs, rest: [...lines, ...(status === 0 ? [] : [`status ${status}`])].join("\n") };
}
