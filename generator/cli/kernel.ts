/** `catkernel kernel`: generate and build a kernel. */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { buildKernel } from "../compile/build-kernel.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { readKernel } from "../pack/kernel-file.ts";
import { readInput } from "../pack/read-input.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import type { Selection } from "../select/kept.ts";
import { progress } from "./progress.ts";
import type { Given, Verb } from "./verb.ts";

const help = `Usage: catkernel kernel [--arch A] [--for GOBINARY[,GOBINARY...]] [--debug] [-o FILE] [--json]

Generates a kernel from the table in spec/ and builds it with clang and lld.

  --arch A        amd64 (default) or riscv64
  --for P[,P...]  leave out what these programs cannot ask for, and make it small rather than fast; it answers ENOSYS to
                  all else, and pack and run warn before another program
  --debug         make one that checks itself while it runs, and stops with a sentence where it finds itself wrong; slower
  -o, --output F  where to write it (default: kernel)
  --json          tell path, size and digest as JSON

Example:
  catkernel kernel --arch amd64 -o kernel
  cat kernel gobinary > image
  catkernel kernel --for gobinary -o kernel`;

export const kernel: Verb = {
  name: "kernel",
  summary: "generate and build a kernel",
  help,
  options: {
    arch: { type: "string" },
    for: { type: "string" },
    debug: { type: "boolean" },
    output: { type: "string", short: "o" },
    json: { type: "boolean" },
  },
  words: [0, 0],
  run,
};

async function run(given: Given): Promise<Outcome<number>> {
  const target = await readTarget(given.text("arch"), given.text("for"));
  if (target.problems) return target;
  const { arch, selection } = target.value;
  const output = given.text("output") ?? "kernel";
  const built = await buildKernel(arch, progress, { selection, debug: given.flag("debug") });
  if (built.problems) return built;
  const plate = readKernel(built.value.bytes, "the kernel just built");
  if (plate.problems)
    throw new Error("the kernel that was built is not recognised", { cause: plate.problems });
  const written = await atomicWrite(output, [built.value.bytes]);
  if (written.problems) return written;

  const sizeBytes = built.value.bytes.length;
  const { tableDigest } = plate.value;
  const programs = selection?.programs.map(({ name }) => name);
  const answer = {
    path: output,
    arch,
    sizeBytes,
    tableDigest,
    ...(selection && { programs, calls: selection.kept.calls.size }),
  };
  if (given.flag("json")) console.log(JSON.stringify(answer));
  else console.error(`${output}: a kernel for ${programs?.join(" and ") ?? arch}, ${sizeBytes} bytes`);
  return succeed(0);
}

type Target = { arch: Arch; selection?: Selection };

/** The architecture that was asked for, or that of the programs. */
async function readTarget(
  archName: string | undefined,
  programs: string | undefined,
): Promise<Outcome<Target>> {
  const arch = parseArch(archName ?? "amd64");
  if (arch.problems || programs === undefined) return arch.problems ? arch : succeed({ arch: arch.value });
  const files = [];
  for (const name of programs.split(",")) {
    const input = await readInput(name);
    if (input.problems) return input;
    files.push({ bytes: input.value, name });
  }
  progress(`reading what ${programs.replaceAll(",", " and ")} can ask for`);
  // Loaded only here: it takes the TypeScript compiler.
  const { selectFor } = await import("../select/select-for.ts");
  const selected = await selectFor(files);
  if (selected.problems) return selected;
  const { arch: wanted, selection, everything } = selected.value;
  if (archName !== undefined && arch.value !== wanted)
    return fail(
      "wrong-machine",
      `${files[0]?.name} is for ${wanted}, not for ${archName}`,
      "Leave --arch out.",
    );
  if (everything !== undefined) console.error(`catkernel: ${everything}`);
  return succeed({ arch: wanted, selection });
}

function parseArch(text: string): Outcome<Arch> {
  const arch = archs.find((name) => name === text);
  if (arch !== undefined) return succeed(arch);
  return fail("no-such-arch", `there is no architecture ${text}`, `Known are: ${archs.join(", ")}.`);
}
