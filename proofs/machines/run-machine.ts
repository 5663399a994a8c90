/**
 * Boots an image on QEMU's riscv64 machine with what no ordinary machine has: firmware of our own (firmware.S) that
 * hides or breaks something, a device tree with changed bytes, a hart without an extension.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findToolchain } from "../../generator/compile/toolchain.ts";

export type OddMachine = {
  /** What QEMU calls its CPU; rv64 by default. */
  cpu?: string;
  cpus?: number;
  devices?: readonly string[];
  /** Words of firmware.S; without them the firmware has all that it can have. */
  firmware?: readonly string[];
  /** Text in the device tree -> as long a text that stands there instead, everywhere. */
  tree?: Record<string, string>;
};
export type Booted = {
  console: string;
  /** Lines of the record. */
  record: string[];
  /** QEMU's own exit status. */
  status: number | null;
};

const qemu = "qemu-system-riscv64";
const timeoutMs = 60_000;
/** Where virt begins to execute. */
const firmwareBase = "0x80000000";

/** Files go into `folder`, which is the caller's to remove. */
export function runMachine(image: string, machine: OddMachine, folder: string): Booted {
  const { cpu = "rv64", cpus = 1, devices = [], firmware = [], tree } = machine;
  const record = join(folder, "record");
  // A file takes everything. A pipe that nobody reads for a moment is full after some 170 bytes, since QEMU's UART
  // writes one at a time, and QEMU 7.2 then loses the rest when it ends.
  const output = join(folder, "console");
  const args = [
    ...["-cpu", cpu, "-smp", `${cpus}`, "-m", "256M", "-bios", buildFirmware(firmware, folder)],
    ...["-no-user-config", "-nodefaults", "-display", "none", "-serial", `file:${output}`, "-no-reboot"],
    ...["-chardev", `file,id=record,path=${record}`],
    ...["-device", "virtio-serial-device", "-device", "virtconsole,chardev=record"],
    ...devices.flatMap((device) => ["-device", device]),
    ...["-kernel", image, "-append", "catkernel.record=1 catkernel.tty=0 -- 3"],
  ];
  const dtb = tree === undefined ? [] : ["-dtb", changedTree(args, tree, folder)];
  const { status } = spawnSync(qemu, ["-machine", "virt", ...args, ...dtb], {
    stdio: ["ignore", "ignore", "ignore"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  // The kernel's first byte on a UART is a NUL.
  const console = readFileSync(output, "latin1").replace("\0", "");
  return { console, record: readFileSync(record, "utf8").split("\n"), status };
}

function buildFirmware(words: readonly string[], folder: string): string {
  const { value: toolchain, problems } = findToolchain();
  if (toolchain === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  const object = join(folder, "firmware.o");
  const target = ["--target=riscv64-unknown-none-elf", "-march=rv64imac", "-mabi=lp64", "-mno-relax"];
  const source = join(import.meta.dirname, "firmware.S");
  execFileSync(toolchain.clang, [...target, ...words.map((word) => `-D${word}`), "-c", source, "-o", object]);
  const binary = join(folder, "firmware.bin");
  const layout = ["-m", "elf64lriscv", `-Ttext=${firmwareBase}`, "--entry=start", "--oformat=binary"];
  execFileSync(toolchain.lld, [...layout, object, "-o", binary]);
  return binary;
}

/** The tree that QEMU would have made, with texts exchanged. */
function changedTree(args: readonly string[], changes: Record<string, string>, folder: string): string {
  const file = join(folder, "tree.dtb");
  execFileSync(qemu, ["-machine", `virt,dumpdtb=${file}`, ...args], { stdio: "ignore" });
  let text = readFileSync(file, "latin1");
  for (const [from, to] of Object.entries(changes)) {
    if (from.length !== to.length || !text.includes(from)) throw new Error(`${from} cannot become ${to}`);
    text = text.replaceAll(from, to);
  }
  writeFileSync(file, text, "latin1");
  return file;
}
