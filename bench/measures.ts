/** What is measured, each on both sides in turns. A boot that did not come so far is a failure, not a number. */
import { signalByte } from "../proofs/harness/tiny-elf.ts";
import type { Arch } from "../runtime-abi/arch.ts";
import { type Compared, compare } from "./pairs.ts";
import type { Boots, Machine } from "./power-on.ts";
import type { Side } from "./sides.ts";

export type Sides = { arch: Arch; ours: Side; linux: Side };

const memoryMiB = 1024;
const machine = ({ arch }: Sides, cpus: number): Machine => ({ arch, cpus, memory: `${memoryMiB}M` });

/** The firmware's last word before it enters the kernel: the same on both sides, it says nothing about them. */
const firmwareEnd: Partial<Record<Arch, RegExp>> = { riscv64: /Boot HART MEDELEG[^\n]*\n/ };

/** Power-on to the first byte that the program writes; where firmware speaks first, also from its end on. */
export async function timeToProgram(sides: Sides, cpus: number, pairs: number): Promise<Compared[]> {
  const one = (side: Side, from?: RegExp) => async () => {
    const boots = await side.run(machine(sides, cpus));
    const start = from === undefined ? 0 : need(boots.when(from), "the firmware did not speak", boots);
    return need(boots.when(signalByte), "the program did not start", boots) - start;
  };
  const measure = (what: string, from?: RegExp) =>
    compare(`${what}, ${cpusText(cpus)}`, "ms", pairs, {
      ours: one(sides.ours, from),
      linux: one(sides.linux, from),
    });
  const results = [await measure("power-on to the program")];
  const firmware = firmwareEnd[sides.arch];
  if (firmware !== undefined) results.push(await measure("firmware's end to the program", firmware));
  return results;
}

/** From the program's start to its end; it must do on both what it does on the host. */
export function programTime(
  name: string,
  sides: Sides & { status: number },
  cpus: number,
  pairs: number,
): Promise<Compared> {
  const one = (side: Side) => async () => {
    const boots = await side.run(machine(sides, cpus));
    const status = need(side.status(boots), "the program did not end", boots);
    if (status !== sides.status) need(undefined, `it ended with ${status} instead of ${sides.status}`, boots);
    const start = need(side.started(boots), "the program did not start", boots);
    return need(side.ended(boots), "the program did not end", boots) - start;
  };
  return compare(`${name}, ${cpusText(cpus)}`, "ms", pairs, {
    ours: one(sides.ours),
    linux: one(sides.linux),
  });
}

/** Memory of the machine that is not free when a program starts that takes none, its file left out. */
export function memoryTaken(sides: Sides): Promise<Compared> {
  const one = (side: Side) => async () => {
    const boots = await side.run(machine(sides, 1));
    const free = /(?:^|\0)(\d+)\r?\n(\d+)\r?\n/m.exec(boots.console)?.[2];
    return (
      memoryMiB * 1024 - need(free === undefined ? undefined : Number(free), "it did not tell", boots) / 1024
    );
  };
  return compare("memory taken", "KiB", 1, { ours: one(sides.ours), linux: one(sides.linux) });
}

const cpusText = (cpus: number) => `${cpus} CPU${cpus === 1 ? "" : "s"}`;

function need(value: number | undefined, what: string, boots: Boots): number {
  if (value !== undefined) return value;
  throw new Error(`${what}; the console said:\n${boots.console.slice(-2000)}`);
}
