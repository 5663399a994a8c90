/** Runs a piece of real work on Linux and in the image. */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bootOptions } from "../../generator/pack/boot-options.ts";
import type { Ran } from "../harness/compare.ts";
import { boot, imageOf, type Machine } from "../harness/run-image.ts";
import type { Work } from "./trees.ts";

/**
 * The amd64 program, whose word is the measure for both architectures. It lies beside its tree's files, as /app does
 * in the image: some look for files beside themselves.
 */
export function workOnLinux({ programs, root, cwd, args }: Work): Ran {
  const copy = join(root, "app");
  cpSync(programs.amd64, copy);
  const start = performance.now();
  try {
    const { stdout, stderr, status, error } = spawnSync(copy, args, {
      cwd: join(root, cwd),
      env: { HOME: "/", TERM: "linux" },
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 << 20,
    });
    if (error) throw error;
    return { output: `${stdout}${stderr}`, status: status ?? -1, ms: performance.now() - start };
  } finally {
    rmSync(copy);
  }
}

export async function workInImage(kernel: Buffer, work: Work, machine: Machine): Promise<Ran> {
  const name = work.programs[machine.arch];
  const program = { bytes: readFileSync(name), name };
  const image = await imageOf(kernel, program, work.root);
  const options = { env: [], cwd: work.cwd, args: work.args };
  const commandLine = bootOptions(options, { record: true, tty: false });
  return await boot({ image, commandLine, input: Buffer.alloc(0) }, machine);
}
