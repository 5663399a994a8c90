/**
 * Links the kernel proper, flat and, beside it, as an ELF with symbols for people and debuggers. lld writes the flat
 * file itself (addresses are contiguous), so that clang and lld are all that is needed.
 */
import { readFile, rm } from "node:fs/promises";
import { type Outcome, succeed } from "../problem.ts";
import { runTool } from "./run-tool.ts";
import type { Toolchain } from "./toolchain.ts";

export type Link = {
  toolchain: Toolchain;
  emulation: string;
  script: string;
  objects: readonly string[];
  /** Beside those that every link has. */
  flags?: readonly string[];
  /** Path of the flat file, for a moment; the ELF stands at the same path with `.elf`. */
  output: string;
  stop: AbortSignal;
};

export function linkArguments({
  emulation,
  script,
  objects,
  flags = [],
}: Pick<Link, "emulation" | "script" | "objects" | "flags">): string[] {
  const plain = ["--gc-sections", "-z", "max-page-size=4096", "--build-id=none"];
  return ["-m", emulation, "-T", script, ...plain, ...flags, ...objects];
}

export type LinkedKernel = {
  /** As it lies in memory. */
  bytes: Buffer;
  /** How much of it, from its start, is code. */
  codeSize: number;
};

export async function linkKernel(link: Link): Promise<Outcome<LinkedKernel>> {
  const { toolchain, output } = link;
  const forms = [
    [...linkArguments(link), "--oformat=binary", "-o", output],
    [...linkArguments(link), "-o", `${output}.elf`],
  ];
  const results = await Promise.all(
    forms.map((args) => runTool(toolchain.lld, args, "the kernel does not link", link.stop)),
  );
  // Both complain of the same.
  for (const { problems } of results) {
    if (!problems) continue;
    for (const path of [output, `${output}.elf`]) await rm(path, { force: true });
    return { problems };
  }
  const bytes = await readFile(output);
  await rm(output);
  return succeed({ bytes, codeSize: codeSizeOf(await readFile(`${output}.elf`)) });
}

/** The kernel's scripts make its code the first segment: p_filesz of the first program header (ELF-64, 1998, figure 6). */
function codeSizeOf(elf: Buffer): number {
  const [programHeaders, fileSize] = [32, 32];
  return Number(elf.readBigUInt64LE(Number(elf.readBigUInt64LE(programHeaders)) + fileSize));
}
