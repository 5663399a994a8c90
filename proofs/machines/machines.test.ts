/**
 * riscv64 machines that lack something, or are described wrongly: the kernel does without what it can do without, and
 * says in one sentence what it cannot. The program is examples/hello, which ends with 3.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { buildKernel } from "../../generator/compile/build-kernel.ts";
import { selectFor } from "../../generator/select/select-for.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { type OddMachine, runMachine } from "./run-machine.ts";

const kernel = readFileSync(await kernelFile("riscv64"));
const folder = mkdtempSync(join(tmpdir(), "machines-"));
const cut = await cutImage();
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const noProgram = imageOf("bare");
const hello = imageOf("image", build("riscv64"));

function build(arch: Arch): Buffer {
  const file = join(folder, `hello-${arch}`);
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "" };
  const cwd = join(import.meta.dirname, "../../examples/hello");
  spawnSync("go", ["build", "-buildvcs=false", "-o", file, "."], { cwd, env });
  return readFileSync(file);
}

function imageOf(name: string, ...program: Buffer[]): string {
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat([kernel, ...program]));
  return file;
}

/** The program behind the kernel that is cut to it. */
async function cutImage(): Promise<string> {
  const program = build("riscv64");
  const selected = await selectFor([{ bytes: program, name: "hello" }]);
  const cut = await buildKernel("riscv64", () => {}, { selection: selected.value!.selection });
  const file = join(folder, "cut");
  writeFileSync(file, Buffer.concat([cut.value!.bytes, program]));
  return file;
}

/** The program runs, after what the kernel says of the machine; its status reaches the record. */
function runs(title: string, machine: OddMachine, says = /^/, image = hello): void {
  test.serial(title, (t) => {
    const { console, record } = runMachine(image, machine, folder);
    t.regex(console, new RegExp(`^${says.source.replace(/^\^/, "")}Hello from go\\S+ on 1 CPUs\\.\n`));
    t.true(record.some((line) => line.includes('"exit":{"status":3')));
  });
}

/** One sentence and a failing status: 126 where QEMU's own device takes it, 1 by the firmware. */
function refuses(title: string, sentence: RegExp, status: number, machine: OddMachine, image = hello): void {
  test.serial(title, (t) => {
    const ran = runMachine(image, machine, folder);
    t.regex(ran.console, new RegExp(`^catkernel: ${sentence.source}\r?\n$`));
    t.is(ran.status, status);
  });
}

runs("firmware that is older than all extensions is enough", { firmware: ["WITHOUT_RESET"] });
runs("a kernel that is cut to its program is unpacked there, too", { firmware: ["WITHOUT_RESET"] }, /^/, cut);
runs("without Sstc the firmware sets the timer", { cpu: "rv64,sstc=false" });
runs(
  "other harts stay off where the firmware cannot start them",
  { cpus: 2 },
  /catkernel: the firmware does not start hart 1: going on without it\n/,
);
runs(
  "a hart that enters the image beside the first one does no harm",
  { cpus: 2, firmware: ["STRAY_HART"] },
  /catkernel: the firmware does not start hart 1: going on without it\n/,
);
const noUart = { ns16550a: "ns1655-a" };
const noInput = /catkernel: no interrupt for the serial port: standard input stays silent\n/;
runs("without a UART the firmware's console does", { tree: noUart, firmware: ["CONSOLE_DBCN"] }, noInput);
runs("so does the console of old firmware", { tree: noUart }, noInput);
const noFinisher = { "sifive,test": "sifive.test" };
runs("without QEMU's exit device the status is in the record", { tree: noFinisher });

const seedless = "WITHOUT_RNG_SEED";
const noRandomness = /catkernel: NO SOURCE OF RANDOMNESS: [^\n]+\n/;
runs("without any randomness the kernel says so", { firmware: [seedless] }, noRandomness);
// QEMU 7.2 knows the register that allows it with ePMP only.
const zkr = "rv64,zkr=true,x-epmp=true";
runs("the seed CSR of Zkr gives randomness", { firmware: [seedless], cpu: zkr });
runs(
  "a seed CSR that the firmware keeps for itself gives none",
  { firmware: [seedless, "WITHOUT_SEED_CSR"], cpu: zkr },
  noRandomness,
);
runs("so does a virtio device", { firmware: [seedless], devices: ["virtio-rng-device"] });

const noTree = /The firmware gave no device tree: register a1 is 0x[0-9a-f]+\./;
refuses("no device tree", noTree, 1, { firmware: ["DEVICE_TREE=0"] });
refuses("something else in place of the tree", noTree, 1, { firmware: ["DEVICE_TREE=0x80100000"] });
const unreadable = /What the firmware told cannot be read: [^\n]+/;
refuses("a tree where no memory is", unreadable, 1, { firmware: ["DEVICE_TREE=0x1000000000"] });
refuses("a tree at an odd address", unreadable, 1, { firmware: ["DEVICE_TREE=3"] });
refuses("a console of SBI 2.0 alone tells it, too", noTree, 1, {
  firmware: ["DEVICE_TREE=0", "CONSOLE_DBCN"],
});
const damaged = /The device tree is damaged: [^\n]+\./;
const structureAt = 56;
refuses("a tree whose first node is none", damaged, 1, { firmware: [`DAMAGE=${structureAt}`] });
refuses("a tree whose strings lie elsewhere", damaged, 1, { firmware: ["DAMAGE=12"] });
refuses("a tree that is too long for any", noTree, 1, { firmware: ["DAMAGE=4"] });
refuses("a tree without memory", /[^\n]*memory[^\n]*/, 1, { tree: { "memory\0": "mem0ry\0" } });
refuses(
  "a tree without the hart that runs",
  /The device tree does not list hart 0, which is running this\./,
  126,
  {
    tree: { "riscv,sv": "riscv,no", "riscv,no48": "riscv,none" },
  },
);

const lacksD = /This hart has no D extension, which Go programs need: its ISA string is "rv64imafc[^"]*"\./;
refuses("a hart without D", lacksD, 126, { cpu: "rv64,d=false" });
refuses(
  "a hart without F",
  /This hart has no floating-point registers \(F and D\), which Go programs need\./,
  126,
  {
    cpu: "rv64,f=false,d=false",
  },
);
refuses("a hart without paging", /This hart has neither Sv48 nor Sv39: [^\n]+\./, 1, {
  cpu: "rv64,mmu=false",
});
refuses("no program behind the kernel", /No program follows the kernel\. [^\n]+/, 126, {}, noProgram);
refuses(
  "a program for the other architecture",
  /The program is for x86-64 \(amd64\) \(ELF machine 62\), this kernel for RISC-V \(riscv64\)\./,
  126,
  {},
  imageOf("foreign", build("amd64")),
);

/** The tree says that memory is smaller than it is: QEMU itself would not start with less. */
const memory = (mib: number) => {
  const size = (bytes: number) => {
    const cells = Buffer.alloc(16);
    cells.writeBigUInt64BE(0x8000_0000n);
    cells.writeBigUInt64BE(BigInt(bytes), 8);
    return cells.toString("latin1");
  };
  return { tree: { [size(256 * 2 ** 20)]: size(mib * 2 ** 20) } };
};
refuses("memory that ends within the image", /[^\n]*memory[^\n]*/, 126, memory(3));
/** The firmware has the 2 MiB before it. How long it is depends on the Go that built the program. */
const imageMib = statSync(hello).size / 2 ** 20;
refuses("memory that ends right behind it", /[^\n]*memory[^\n]*/, 126, memory(2 + imageMib + 0.25));
