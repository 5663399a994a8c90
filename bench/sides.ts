/**
 * The two sides of every measurement: the same program with the same tree and arguments, under our kernel as an image
 * and under Linux as its init, on the same machine.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootOptions } from "../generator/pack/boot-options.ts";
import { packImage } from "../generator/pack/pack.ts";
import { rootTar } from "../generator/pack/root-tar.ts";
import { unwrap } from "../proofs/harness/unwrap.ts";
import { initramfs, linuxCommandLine, linuxMarks } from "./linux.ts";
import { type Boots, type Machine, powerOn } from "./power-on.ts";

const build = join(import.meta.dirname, "../build/bench");
/** Against hanging only. */
const timeoutMs = 600_000;

export type Task = {
  name: string;
  program: Buffer;
  args: readonly string[];
  /** Folder that becomes the root, absent if the program needs none. */
  root?: string;
  cwd?: string;
};

/** A task made ready for both kernels: booting it is all that is left. */
export type Side = {
  run(machine: Machine): Promise<Boots>;
  /** When the program had started and ended, and its status. */
  started(boots: Boots): number | undefined;
  ended(boots: Boots): number | undefined;
  status(boots: Boots): number | undefined;
};

export async function ourSide(kernel: Buffer, task: Task): Promise<Side> {
  const tar = task.root === undefined ? undefined : unwrap(await rootTar(task.root));
  const image = packImage({
    kernel: { bytes: kernel, name: "kernel" },
    program: { bytes: task.program, name: task.name },
    tar,
  });
  const path = store(`${task.name}.image`, Buffer.concat(unwrap(image).pieces));
  const options = { env: [], cwd: task.cwd, args: task.args };
  const commandLine = bootOptions(options, { record: true, tty: false });
  const exit = /"exit":\{"status":(\d+)/;
  return {
    run: (machine) => powerOn({ kernel: path, commandLine, machine, timeoutMs }),
    started: (boots) => boots.when(/"boot":/),
    ended: (boots) => boots.when(exit),
    status: (boots) => toNumber(exit.exec(boots.record)?.[1], 10),
  };
}

/** `init` makes Linux ready for the program and becomes it. */
export function linuxSide(kernel: string, init: Buffer, task: Task): Side {
  const initrd = store(`${task.name}.cpio`, initramfs(init, task.program, task.root));
  const commandLine = linuxCommandLine(task.args, task.cwd ?? "/");
  return {
    run: (machine) => powerOn({ kernel, initrd, commandLine, machine, timeoutMs }),
    started: (boots) => boots.when(linuxMarks.start),
    ended: (boots) => boots.when(linuxMarks.end),
    // wait(2) keeps the exit status in the second byte.
    status: (boots) => {
      const waited = toNumber(linuxMarks.end.exec(boots.console)?.[1], 16);
      return waited === undefined ? undefined : waited >> 8;
    },
  };
}

function toNumber(text: string | undefined, base: number): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, base);
}

function store(name: string, bytes: Buffer): string {
  mkdirSync(build, { recursive: true });
  const path = join(build, name);
  writeFileSync(path, bytes);
  return path;
}
