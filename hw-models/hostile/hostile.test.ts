/**
 * Whatever a guest executes and whichever registers of devices it touches: the machine goes on, ends with a sentence or
 * stands still, and can be stopped, looked at and saved. What random programs do is the same in both tiers.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { probe, toolNamed } from "../../setup/tools.js";
import { createMachine } from "../index.ts";
import type { Arch, Kind } from "./guests.ts";
import type { Tried } from "./try-guests.ts";

const [clang, linker] = ["clang", "ld.lld"].map((name) => probe(toolNamed(name)));
const seeds = 8;
/** Against one that does not come back. */
const timeoutMs = 600_000;
const where = /^CPU 0: (kernel|program)(, waiting)? at 0x[0-9a-f]+: .+; CPU 1: .+$/;

function tryGuests(arch: Arch, kind: Kind): { tried: Tried[]; complaints: string } {
  const script = join(import.meta.dirname, "try-guests.ts");
  const tools = [clang, linker].map((tool) => (tool?.found ? tool.path : ""));
  const args = [script, ...tools, arch, kind, "1", `${seeds}`];
  const { stdout, stderr, error } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 2 ** 26,
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { tried: lines.map((line) => JSON.parse(line)), complaints: `${stderr}${error?.message ?? ""}` };
}

const cases: [Kind, string][] = [
  ["program", "random code as a program's"],
  ["kernel", "random code as the kernel's"],
  ["devices", "random accesses to devices"],
];
for (const arch of ["amd64", "riscv64"] as const) {
  for (const [kind, what] of cases) {
    (clang?.found && linker?.found ? test.serial : test.serial.skip)(
      `${what} on ${arch} harms nobody but the guest`,
      (t) => {
        t.timeout(2 * timeoutMs);
        const { tried, complaints } = tryGuests(arch, kind);
        t.is(complaints, "");
        t.is(tried.length, seeds);
        for (const { seed, runs } of tried) {
          for (const { pause, record, where: told } of runs) {
            t.true(["ended", "limit", "waiting", "idle"].includes(pause), `${seed}: ${pause}`);
            t.regex(told, where, `${seed}`);
            const { ending } = JSON.parse(record);
            if (ending?.how === "shutdown") t.regex(ending.reason, /^\S.{10,}$/, `${seed}`);
          }
          // The kernel's code may change page tables, and then see what the TLB still holds: tiers differ in that.
          if (kind === "program") t.deepEqual(runs[1], runs[0], `${seed}`);
        }
        if (kind === "program") {
          const users = tried.map(({ runs }) => JSON.parse(runs[0]!.record).instructions[0].user as number);
          t.true(Math.max(...users) > 500, "programs run");
        }
      },
    );
  }
}

/** The header of the boot protocol (boot.rst) as far as a loader looks at it, and 32-bit code. */
function bzImage(code: readonly number[]): Uint8Array {
  const image = new Uint8Array(1024 + code.length);
  const view = new DataView(image.buffer);
  view.setUint8(0x1f1, 1);
  view.setUint16(0x1fe, 0xaa55, true);
  view.setUint8(0x201, 0x5e);
  image.set(new TextEncoder().encode("HdrS"), 0x202);
  view.setUint16(0x206, 0x020c, true);
  view.setUint8(0x211, 1);
  view.setUint32(0x214, 0x100000, true);
  view.setUint32(0x238, 255, true);
  image.set(code, 1024);
  return image;
}

const repeated: [string, number][] = [
  ["LODSB", 0xac],
  ["SCASB", 0xae],
  ["STOSB", 0xaa],
  ["MOVSB", 0xa4],
];
for (const [name, opcode] of repeated) {
  test(`${name}, repeated four thousand million times, is not one instruction`, async (t) => {
    // mov ecx, -1; mov edi, 0x100000000 - 0x40000000; mov esi, edi: nothing is there; mov al, -1; rep; hlt
    const code = [
      0xb9,
      0xff,
      0xff,
      0xff,
      0xff,
      0xbf,
      0,
      0,
      0,
      0xc0,
      0x89,
      0xfe,
      0xb0,
      0xff,
      0xf3,
      opcode,
      0xf4,
    ];
    const lines: string[] = [];
    const made = await createMachine({
      ...{ arch: "amd64", image: bzImage(code), memoryBytes: 2 ** 24 },
      onInstruction(line) {
        if (lines.push(line) > 20) throw new Error("enough");
      },
    });
    t.throws(() => made.machine!.run(), { message: "enough" });
    t.regex(lines.at(-1)!, /^0 0x10000e: rep/);
  });
}
