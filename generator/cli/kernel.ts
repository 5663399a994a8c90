/** `catkernel kernel`: generate and build a kernel. */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { buildKernel } from "../compile/build-kernel.ts";
import { atomicWrite } from "../pack/atomic-write.ts";
import { readKernel } from "../pack/kernel-file.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { progress } from "./progress.ts";
import type { Given, Verb } from "./verb.ts";

const help = `Usage: catkernel kernel [--arch A] [-o FILE] [--json]

Generates a kernel from the table in spec/ and builds it with clang and lld.

  --arch A        amd64 (default) or riscv64
  -o, --output F  where to write it (default: kernel)
  --json          tell path, size and digest as JSON

Example:
  catkernel kernel --arch amd64 -o kernel
  cat kernel gobinary > image`;

export const kernel: Verb = {
  name: "kernel",
  summary: "generate and build a kernel",
  help,
  options: {
    arch: { type: "string" },
    output: { type: "string", short: "o" },
    json: { type: "boolean" },
  },
  words: [0, 0],
  run,
};

async function run(given: Given): Promise<Outcome<number>> {
  const arch = parseArch(given.text("arch") ?? "amd64");
  if (arch.problems) return arch;
  const output = given.text("output") ?? "kernel";
  const built = await buildKernel(arch.value, progress);
  if (built.problems) return built;
  const plate = readKernel(built.value.bytes, "the kernel just built");
  if (plate.problems)
    throw new Error("the kernel that was built is not recognised", { cause: plate.problems });
  const written = await atomicWrite(output, [built.value.bytes]);
  if (written.problems) return written;

  const sizeBytes = built.value.bytes.length;
  const answer = { path: output, arch: arch.value, sizeBytes, tableDigest: plate.value.tableDigest };
  if (given.flag("json")) console.log(JSON.stringify(answer));
  else console.error(`${output}: a kernel for ${arch.value}, ${sizeBytes} bytes`);
  return succeed(0);
}

function parseArch(text: string): Outcome<Arch> {
  const arch = archs.find((name) => name === text);
  if (arch !== undefined) return succeed(arch);
  return fail("no-such-arch", `there is no architecture ${text}`, `Known are: ${archs.join(", ")}.`);
}
