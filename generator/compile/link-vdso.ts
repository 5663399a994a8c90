/**
 * Links the vDSO: a small shared object that the kernel maps into the program. Go's runtime finds its functions through
 * the dynamic section, the hash table and the version of each symbol (Linux vdso(7); go-linux runtime/vdso_linux.go).
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Outcome, succeed } from "../problem.ts";
import type { Kept } from "../select/kept.ts";
import { temporaryName } from "./replace-file.ts";
import { runTool } from "./run-tool.ts";
import type { Toolchain } from "./toolchain.ts";

/**
 * The script of a vDSO that has only what answers calls which are kept: what no program asks the kernel for, it does not ask
 * the vDSO for either. `__vdso_NAME` answers the call NAME, or riscv_NAME.
 */
export async function scriptWithout({ calls }: Kept, script: string, folder: string): Promise<string> {
  const isLeftOut = (line: string): boolean => {
    const [, name = ""] = /^\s*__vdso_(\w+);$/.exec(line) ?? [];
    return name !== "" && name !== "rt_sigreturn" && !calls.has(name) && !calls.has(`riscv_${name}`);
  };
  const lines = (await readFile(script, "utf8")).split("\n").filter((line) => !isLeftOut(line));
  const path = join(folder, "vdso.lds");
  await writeFile(path, lines.join("\n"));
  return path;
}

export type VdsoLink = {
  toolchain: Toolchain;
  emulation: string;
  /** Places, symbol versions. */
  script: string;
  objects: readonly string[];
  output: string;
  stop: AbortSignal;
};

export async function linkVdso({
  toolchain,
  emulation,
  script,
  objects,
  output,
  stop,
}: VdsoLink): Promise<Outcome<void>> {
  const temporary = temporaryName(output);
  const args = [
    ...["-m", emulation, "-shared", "-Bsymbolic", "-T", script, "-soname", "linux-vdso.so.1"],
    ...[
      "--hash-style=both",
      "--build-id=none",
      "--gc-sections",
      "--no-undefined",
      "-z",
      "max-page-size=4096",
      "-s",
    ],
    ...["-o", temporary, ...objects],
  ];
  const linked = await runTool(toolchain.lld, args, "the vDSO does not link", stop);
  if (linked.problems) return linked;
  await rename(temporary, output);
  return succeed(undefined);
}
