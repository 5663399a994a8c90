/** Tells before anything boots that a kernel was cut to other programs than the one it is put before. */
import { readElf } from "../elf/elf-file.ts";
import { keptBy, missingFrom, programDigest } from "../select/kept.ts";
import { readSelection } from "../select/kept-text.ts";
import type { Nameplate } from "./nameplate.ts";
import type { Named } from "./pack.ts";

const mostNamed = 8;

/** One sentence, or undefined if the kernel has all that the program can ask for. */
export async function cutWarning(plate: Nameplate, program: Named): Promise<string | undefined> {
  const selection = readSelection(plate.selection);
  if (selection === undefined) return undefined;
  const made = `the kernel was cut to ${selection.programs.map(({ name }) => name).join(" and ")}`;
  const fix = "catkernel kernel --for makes one for it";
  const elf = readElf(program.bytes, program.name);
  const digest = elf.value && programDigest(program.bytes.subarray(0, elf.value.size));
  if (selection.programs.some((one) => one.digest === digest)) return undefined;
  // Loaded only here: it takes the TypeScript compiler, and most kernels are whole or before their own program.
  const { callsThatNameFiles, demandOf } = await import("../select/select-for.ts");
  const read = await demandOf(program);
  if (read.problems) return `${made}, and nobody can tell what ${program.name} asks for; ${fix}`;
  const wanted = keptBy([read.value.demand], await callsThatNameFiles(plate.arch));
  if (wanted === undefined) return `${made}, and ${program.name} may ask for anything; ${fix}`;
  const missing = missingFrom(selection.kept, wanted);
  if (missing.length === 0) return undefined;
  const rest = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : "";
  const named = missing.slice(0, mostNamed).join(", ");
  return `${made}: it lacks ${named}${rest}, for which ${program.name} can ask, and answers ENOSYS; ${fix}`;
}
