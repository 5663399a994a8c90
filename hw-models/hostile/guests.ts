/**
 * For tests: images in which a machine executes what nobody wrote. A little kernel (amd64.S, riscv64.S) runs pieces of
 * code one after the other, as a program's or as its own; the pieces are random bytes or random instructions, and the
 * registers before each hold addresses of memory and of devices, or anything.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MODE_KERNEL, MODE_USER } from "../isa/amd64/decode.ts";
import { encode as encodeAmd64 } from "../isa/amd64/encode.ts";
import { patterns } from "../isa/amd64/isa.ts";
import { assemble, encode as encodeRiscv64, encodings } from "../isa/riscv64/fuzz/encode.ts";
import { Random } from "../isa/riscv64/fuzz/random.ts";
import * as pc from "../machines/pc-map.ts";
import * as virt from "../machines/virt-map.ts";

export type Arch = "amd64" | "riscv64";
/** Whose the pieces are; "devices" are the kernel's, too, but only touch registers of devices, of all sizes. */
export type Kind = "program" | "kernel" | "devices";
export const memoryBytes = 2 ** 24;

const blocks = 256;
const blockBytes = 64;
const registers = 32;

/** Where an access ends everything: the others are to have their turn. */
const endings: readonly number[] = [pc.port.debugExit, pc.port.resetControl, pc.port.keyboard];

/** Where the first byte of the file comes to lie, and what is worth pointing to. */
const places = {
  amd64: {
    first: 0xffc00,
    memory: [0, 0x100000, 0x200000, 0x800000, 0xc00000, memoryBytes],
    devices: Object.values(pc.map),
    ports: Object.values(pc.port).filter((port) => !endings.includes(port)),
  },
  riscv64: {
    first: virt.map.kernel,
    memory: [0xc0000000, 0xc0200000, 0xc0800000, 0xc0f00000, 0x80200000, 0x80f00000],
    devices: Object.values(virt.map).filter((address) => address !== virt.map.finisher),
  },
};

/** Commands: what assembles and what links. */
export type Tools = { readonly clang: string; readonly linker: string };

/** The kernel with room for registers and pieces at its end. */
function buildKernel(tools: Tools, arch: Arch, kind: Kind): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  try {
    const [object, image] = [join(folder, "guest.o"), join(folder, "guest")];
    const target = arch === "amd64" ? "x86_64-unknown-none" : "riscv64-unknown-none";
    const flags = arch === "amd64" ? [] : ["-march=rv64imafdc", "-mabi=lp64d", "-mno-relax"];
    const words = [`-DUSER=${Number(kind === "program")}`, `-DBLOCKS=${blocks}`];
    const source = join(import.meta.dirname, `${arch}.S`);
    execFileSync(tools.clang, ["-target", target, ...flags, ...words, "-c", "-o", object, source]);
    const script = ["--oformat=binary", `--defsym=FIRST=${places[arch].first}`, "-T"];
    execFileSync(tools.linker, [...script, join(import.meta.dirname, "guest.lds"), "-o", image, object]);
    return readFileSync(image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An image for each seed, of one kernel. */
export function hostileGuests(tools: Tools, arch: Arch, kind: Kind): (seed: number) => Uint8Array {
  const kernel = buildKernel(tools, arch, kind);
  const area = kernel.length - blocks * blockBytes;
  const registersAt = area - 8 * registers;
  return (seed) => {
    const random = new Random(seed);
    const image = new Uint8Array(kernel);
    const view = new DataView(image.buffer);
    for (let register = 0; register < registers; register++) {
      const isPointer = kind === "devices" && pointers[arch].includes(register);
      const value = isPointer ? BigInt(random.pick(places[arch].devices)) : anyValue(arch, random);
      view.setBigUint64(registersAt + 8 * register, value, true);
    }
    for (let at = area; at < image.length; at += blockBytes) image.set(piece(arch, kind, random), at);
    return image;
  };
}

/** Something that a device may take for the address of a queue, for a size, or for a command. */
function anyValue(arch: Arch, random: Random): bigint {
  const { memory, devices } = places[arch];
  const anything = (BigInt(random.word()) << 32n) | BigInt(random.word());
  const near = random.below(2) * 8 * random.below(64);
  const kinds = [
    () => BigInt(random.pick(memory) + near),
    () => BigInt(random.pick(memory) + near),
    () => BigInt(random.pick(devices) + near),
    () => BigInt(random.below(64)),
    () => anything,
  ];
  return random.pick(kinds)();
}

function piece(arch: Arch, kind: Kind, random: Random): Uint8Array {
  const bytes: number[] = [];
  const isBytes = kind !== "devices" && random.oneIn(4);
  const one = kind === "devices" ? deviceAccess[arch] : anyInstruction[arch];
  while (bytes.length < blockBytes) {
    const made = isBytes ? [random.below(256)] : one(random, kind);
    if (kind !== "devices" || bytes.length + made.length <= blockBytes) bytes.push(...made);
    // What is left is no instruction on either: the next piece's turn.
    else bytes.push(...Array.from({ length: blockBytes - bytes.length }, () => noInstruction[arch]));
  }
  return Uint8Array.from(bytes.slice(0, blockBytes));
}

const noInstruction = { amd64: 0x06, riscv64: 0 };
const little = (word: number, count = 4) =>
  [0, 8, 16, 24].slice(0, count).map((shift) => (word >>> shift) & 0xff);

const anyInstruction = {
  amd64(random: Random, kind: Kind): number[] {
    const mode = kind === "program" ? MODE_USER : MODE_KERNEL;
    const options = { mode, prefixes: "any" } as const;
    return encodeAmd64(random.pick(patterns), (count) => random.below(count), options) ?? [];
  },
  riscv64(random: Random): number[] {
    const { encoding } = random.pick(encodings);
    return little(encodeRiscv64(encoding, {}, random), encoding.length);
  },
};

/** The registers that point to devices: RBX, RBP, RSI, RDI; x8 to x15. */
const pointers = { amd64: [3, 5, 6, 7], riscv64: [8, 9, 10, 11, 12, 13, 14, 15] };
const offset = (random: Random) =>
  4 * random.below(random.pick([4, 32, 128, 512])) + random.pick([0, 0, 0, 1, 2]);
const loads = ["lb", "lbu", "lh", "lhu", "lw", "lwu", "ld"];
const stores = ["sb", "sh", "sw", "sd"];

/** Intel SDM volume 2: MOV, IN, OUT; RISC-V unprivileged 2.6. */
const deviceAccess = {
  amd64(random: Random): number[] {
    const sizes = [[0x66, 0x89], [0x89], [0x89], [0x48, 0x89], [0x88]];
    const load = 2 * random.below(2);
    const from = random.pick([0, 1, 2]);
    const memory = () => {
      const [opcode = 0, ...prefix] = random.pick(sizes).toReversed();
      const modrm = 0x80 | (from << 3) | random.pick(pointers.amd64);
      return [...prefix.toReversed(), opcode + load, modrm, ...little(offset(random))];
    };
    const port = random.pick(places.amd64.ports) + random.below(8);
    const inOut = random.pick([[0xec], [0xed], [0x66, 0xed], [0xee], [0xee], [0xef], [0x66, 0xef]]);
    const kinds = [
      memory,
      memory,
      () => [0x66, 0xba, ...little(port, 2), ...inOut],
      () => [0xb8, ...little(random.pick([random.below(256), random.word()]))],
    ];
    return random.pick(kinds)();
  },
  riscv64(random: Random): number[] {
    if (random.oneIn(16)) return little(assemble("csrrw", { rd: 0, rs1: 16 + random.below(16), csr: sie }));
    const rs1 = random.pick(pointers.riscv64);
    const other = 16 + random.below(16);
    const imm = offset(random);
    if (random.oneIn(2)) return little(assemble(random.pick(loads), { rd: other, rs1, imm }));
    return little(assemble(random.pick(stores), { rs2: other, rs1, imm }));
  },
};
const sie = 0x104;
