/**
 * One run of the program that attacks its kernel (caller/): on the model or in QEMU. The program may die of what it does; the kernel must say so in a sentence, or let it come to
 * its end, and be afterwards what it was before.
 */
import { bootOptions } from "../../generator/pack/boot-options.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Ran } from "../harness/compare.ts";
import { boot } from "../harness/run-image.ts";
import { codeInMemory } from "./kernel-code.ts";

/** The bits of caller/caller.h. */
export const withWhat = {
  calls: 1,
  memory: 2,
  code: 4,
  frames: 8,
  storms: 16,
  threads: 32,
  death: 64,
  look: 256,
  limits: 512,
  kernel: 128,
} as const;

export type Attack = {
  readonly arch: Arch;
  readonly seed: number;
  /** Bits of `withWhat`. */
  readonly profile: number;
  readonly threads: number;
  /** Makes so many calls, or a few more. */
  readonly calls: number;
  readonly cpus: number;
  /** The model by default. */
  readonly on?: "model" | "qemu" | undefined;
  /** Of a debug kernel: the byte that memory holds which nobody has written. */
  readonly poison?: number;
};

export type Attacked = {
  readonly calls: number;
  readonly faults: number;
  readonly signals: number;
  readonly frames: number;
  /** Threads that nothing woke any more: by their own masks. */
  readonly lost: number;
  /** The kernel's sentence or what the program said, if the program did not live to its end. */
  readonly death?: string;
  /** What must not be. */
  readonly harm?: string;
};

/** `elf`: the kernel proper. */
export type Kernel = { readonly bytes: Buffer; readonly elf: Buffer };
/** What is attacked: the kernel, the program that does it, and the kernel's code as it is in memory when nobody does. */
export type Target = { readonly kernel: Kernel; readonly program: Buffer; readonly code: Buffer };

/** Beginnings of the direct map, of RAM in it, of kernel stacks, of the kernel's code and data: arch/ARCH/layout.h. */
const places: Record<Arch, readonly string[]> = {
  amd64: ["ffff888000000000", "ffff888000100000", "ffff888001000000", "ffffc90000000000", "ffffffff80000000"],
  riscv64: [
    "ffffffc000000000",
    "ffffffc080000000",
    "ffffffc081000000",
    "ffffffe000000000",
    "ffffffff80000000",
  ],
};
/** The kernel's data lies in its first 256 KiB. */
const inKernel = ["ffffffff80010000", "ffffffff80032000", "ffffffff80036000"];

/** Far more than any run needs: against one that does not end. */
const instructionsPerCall = 2_000_000;
const leastInstructions = 2_000_000_000;
const timeoutMs = 1_800_000;
/** Every second harts with V, whose state is then in frames, too. */
const qemuMachines: Record<Arch, readonly string[]> = {
  amd64: ["microvm"],
  riscv64: ["virt", "virt-v"],
};

function commandLine({ arch, seed, profile, threads, calls, poison }: Attack): string {
  const args = [seed, profile, threads, calls].map(String);
  return bootOptions(
    { env: [], args: [...args, ...places[arch], ...inKernel] },
    { record: true, tty: false, ...(poison !== undefined && { poison }) },
  );
}

export async function targetOf(
  arch: Arch,
  kernel: Kernel,
  program: Buffer,
  on?: Attack["on"],
): Promise<Target> {
  const harmless = { arch, seed: 1, profile: withWhat.calls, threads: 1, calls: 0, cpus: 1, on };
  let code: Buffer | undefined;
  const look = (ram: Readonly<Uint8Array>) => {
    code = codeInMemory(kernel.elf, ram);
    return undefined;
  };
  const { harm } = await run(kernel, program, harmless, look);
  if (code === undefined || harm !== undefined)
    throw new Error(`no attack is possible: ${harm ?? "the kernel is nowhere in memory"}`);
  return { kernel, program, code };
}

export async function attackKernel(target: Target, attack: Attack): Promise<Attacked> {
  return await run(target.kernel, target.program, attack, (ram) => {
    const code = codeInMemory(target.kernel.elf, ram);
    return code?.equals(target.code) ? undefined : "the kernel's code was changed";
  });
}

type Look = (ram: Readonly<Uint8Array>) => string | undefined;

async function run(kernel: Kernel, program: Buffer, attack: Attack, look: Look): Promise<Attacked> {
  let changed: string | undefined;
  const ran = await bootAttack(kernel, program, attack, (ram) => {
    changed = look(ram);
  });
  return judge(ran, attack, ran.isStopped ? "it did not come to its end" : changed);
}

/** The attack as it is, without a verdict. */
export async function bootAttack(
  kernel: Pick<Kernel, "bytes">,
  program: Buffer,
  attack: Attack,
  look?: (ram: Readonly<Uint8Array>) => void,
): Promise<Ran> {
  const { arch, cpus, seed, calls, on = "model" } = attack;
  return await boot(
    { image: [kernel.bytes, program], commandLine: commandLine(attack), input: Buffer.alloc(0) },
    {
      ...{ arch, cpus, seed, timeoutMs, memory: "256M" },
      name: on === "model" ? "model" : qemuMachines[arch][seed % qemuMachines[arch].length]!,
      instructions: leastInstructions + calls * instructionsPerCall,
      ...(look && { look }),
      // Who sleeps then costs nothing. Of several CPUs QEMU 7.2 lets one that counts run on without end.
      countsTime: on === "qemu" && cpus === 1,
    },
  );
}

const counts = /(?:so far|done) (\d+) calls, (\d+) faults, (\d+) signals, (\d+) frames, (\d+) lost/g;
const killed =
  /^catkernel: (the program was killed by .+|.*(?:out of memory|[Mm]emory is out|no memory).*)$/m;

/** What may call exit_group by itself, with any status. */
const endsItself = withWhat.death | withWhat.code | withWhat.memory | withWhat.frames;

/** `trouble`: what must not be and the output does not tell. */
export function judge(
  { output, status, isRecorded }: Ran,
  { profile }: Attack,
  trouble: string | undefined,
): Attacked {
  const [, ...numbers] = [...output.matchAll(counts)].at(-1) ?? [];
  const [calls = 0, faults = 0, signals = 0, frames = 0, lost = 0] = numbers.map(Number);
  const done = { calls, faults, signals, frames, lost };
  const [death] = killed.exec(output) ?? [];
  const last = output.trimEnd().split("\n").slice(-12).join("\n");
  if (trouble) return { ...done, harm: `${trouble}\n${last}` };
  if (status === 0 && /done \d+ calls/.test(output)) return done;
  if (death !== undefined && status >= 128) return { ...done, death };
  if (isRecorded && (profile & endsItself) !== 0 && !/^FAIL/m.test(output))
    return { ...done, death: `it ended by itself with status ${status}` };
  return { ...done, harm: `status ${status}\n${last}` };
}
