/**
 * Paging, exceptions, segments and privileges beside QEMU: a guest (witness/) tries things out in both and prints what
 * came of each. Where QEMU 7.2 is more lenient than the manual, the manual's answer stands here.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { probe, toolNamed } from "../../../../setup/tools.js";
import { createMachine } from "../../../index.ts";

const sources = join(import.meta.dirname, "witness");
const tool = (name: string): string | undefined => {
  const found = probe(toolNamed(name));
  return found.found ? found.path : undefined;
};
const clang = tool("clang");
const linker = tool("ld.lld");
const qemu = tool("qemu-system-x86_64");
const timeoutMs = 240_000;

function build(folder: string): string {
  const target = ["-target", "x86_64-unknown-none", "-c", "-o"];
  const plain = ["-O1", "-ffreestanding", "-fno-pic", "-mno-red-zone", "-mgeneral-regs-only"];
  const objects = ["guest.S", "cases.S", "guest.c"].map((source) => {
    const object = join(folder, `${source}.o`);
    const options = source.endsWith(".c") ? [...plain, "-fno-stack-protector"] : [];
    execFileSync(clang!, [...target, object, ...options, join(sources, source)]);
    return object;
  });
  const image = join(folder, "guest");
  const script = join(sources, "guest.lds");
  execFileSync(linker!, ["--oformat=binary", "-T", script, "-o", image, ...objects]);
  return image;
}

function onQemu(image: string): string[] {
  const devices = ["-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"];
  const bare = ["-M", "microvm", "-cpu", "max", "-m", "64", "-nodefaults", "-display", "none", "-no-reboot"];
  const ran = spawnSync(qemu!, [...bare, ...devices, "-kernel", image], { timeout: timeoutMs });
  return ran.stdout.toString().trim().split("\n");
}

async function onModel(image: string, tier: "interpreter" | "auto"): Promise<string[]> {
  let said = "";
  const { machine } = await createMachine({
    ...{ arch: "amd64", tier, memoryBytes: 2 ** 26, image: new Uint8Array(readFileSync(image)) },
    onConsole(bytes) {
      said += new TextDecoder().decode(bytes);
    },
  });
  machine?.run({ instructions: 1e9 });
  return said.trim().split("\n");
}

/** A reserved bit is found in an entry that is present (volume 3A, 4.7): QEMU leaves bit 0 of the code clear. */
function withPresent(line: string): string {
  const present = (_: string, code: string) => ` e ${code === "c" ? "d" : "f"}`;
  if (line.startsWith("reserved")) return line.replace(/ e ([ce])(?= |$)/g, present);
  return /^(large|without NXE)/.test(line) ? line.replace(/ e ([ce])$/, present) : line;
}
/** The index in a gate's error code counts gates (6.13); QEMU counts 8 bytes, of which a gate has 16. */
const gates = [
  "a gate that programs may not use",
  "a gate that is not present",
  "a gate of another kind",
  "a gate beyond the interrupt table",
];
function withGateNumber(line: string): string {
  if (!gates.some((name) => line.startsWith(`${name}:`))) return line;
  const half = (code: string) => (((Number.parseInt(code, 16) & ~7) >> 1) | 2).toString(16);
  return line.replace(/(?<= error )\w+/, half);
}
/** What QEMU lets pass; and SYSCALL, where it clears all of the arithmetic flags instead of what FMASK names. */
const stricter = new Map(
  Object.entries({
    "an MSR that is not there": "d error 0 at 5 cs 8 ss 10 flags 202",
    "LSTAR that is not canonical": "d error 0 at a cs 8 ss 10 flags 202",
    "CR8 above 15": "d error 0 at 5 cs 8 ss 10 flags 202",
    SYSCALL: "100 error d7 at d cs 8 ss 10 flags 6d7 rax 7",
    "far return to an address that is not canonical": "d error 0 at d cs 8 ss 10 flags 202",
  }),
);
function byTheManual(line: string): string {
  const [name = ""] = line.split(":");
  const answer = stricter.get(name);
  return answer === undefined ? withGateNumber(withPresent(line)) : `${name}: ${answer}`;
}

test("what a guest finds out about pages, traps, segments and privileges is what it finds in QEMU", async (t) => {
  if (clang === undefined || linker === undefined || qemu === undefined) {
    t.log("not asked: clang, ld.lld or qemu-system-x86_64 is not installed");
    return t.pass();
  }
  const folder = mkdtempSync(join(tmpdir(), "witness-"));
  try {
    const image = build(folder);
    const expected = onQemu(image).map(byTheManual);
    t.true(expected.length > 200, expected.slice(-3).join());
    t.deepEqual(await onModel(image, "interpreter"), expected);
    t.deepEqual(await onModel(image, "auto"), expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
