/**
 * A static riscv64 program of random instructions. It runs a block of them, writes all registers and fcsr into a buffer,
 * runs the next, and at last writes the buffer to standard output. Every machine that runs it must print the same.
 *
 * Kept for the program itself: x31 points into the buffer; x2 and x8 to the middle of 4 KiB of scratch memory, whose
 * upper part holds random and extreme values. Branches and jumps go forward; system instructions stay out.
 */
import { writeHeader } from "./elf.ts";
import { assemble, encode, encodings } from "./encode.ts";
import { Random } from "./random.ts";
import { value } from "./values.ts";

export type Program = {
  /** An ELF file, and the same bytes as they lie in memory from `base` on. */
  readonly elf: Uint8Array;
  readonly memory: Uint8Array;
  readonly base: number;
  readonly entry: number;
  /** Where the buffer begins, how long it is, and what of it belongs to one block. */
  readonly buffer: number;
  readonly bufferBytes: number;
  readonly blockBytes: number;
  /** The first instruction's address in each block; the buffer has them again for every round. */
  readonly blocks: readonly number[];
};

export const base = 0x80000000;
const headerBytes = 0x1000;
const scratchBytes = 4096;
const scratchMiddle = 2048;
/** Stores stay below, the values to load lie above. */
const poolBegin = scratchMiddle + 512;
const pointers = [2, 8, 31];
const isPointer = (register: number) => pointers.includes(register);
const blockInstructions = 128;
/** x1 to x30, f0 to f31, fcsr. */
const blockBytes = (30 + 32 + 1) * 8;

type Item = { word: number; bytes: 2 | 4; branch?: (offset: number) => number };

const destinations = Array.from({ length: 32 }, (_, register) => register).filter((x) => !isPointer(x));
const system = /^(ecall|ebreak|c\.ebreak|csr|sret|mret|wfi|sfence|sinval|c\.addi16sp|fence\.i)/;
const loads = /^(l[bhwd]u?|fl[wd])$/;
const stores = /^(s[bhwd]|fs[wd])$/;
const atomics = /^(lr|sc|amo)/;
const jumps = /^(jalr?|c\.j|c\.jr|c\.jalr|b(eq|ne|ltu?|geu?)|c\.b(eq|ne)z)$/;
const usable = encodings.filter(({ mnemonic }) => !system.test(mnemonic));

/** Memory offsets from the pointer: mostly near, now and then anywhere, misaligned or not. */
function offsetFor(random: Random, isStore: boolean): number {
  if (!isStore && random.oneIn(2)) return poolBegin - scratchMiddle + 8 * random.below(190);
  if (random.oneIn(8)) return random.below(2040 + (isStore ? 500 : 2040)) - 2040;
  return random.below(64) - 32;
}

/** The pointers' own values go nowhere: they are as good as random ones, but the same on all machines. */
function randomItem(random: Random): Item[] {
  const { mnemonic, encoding } = random.pick(usable);
  const bytes = encoding.length;
  const rd = random.pick(destinations);
  const fields: Record<string, number> = {
    rd,
    "rd'": 1 + random.below(7),
    rm: random.pick([0, 0, 1, 2, 3, 4, 7]),
  };
  const one = (more: Record<string, number> = {}): Item[] => [
    { word: encode(encoding, { ...fields, ...more }, random), bytes },
  ];
  if (atomics.test(mnemonic)) {
    // The address has no offset: a third register holds it.
    const offset = 8 * (random.below(16) - 8);
    const address = random.pick([5, 6, 7]);
    const point: Item = { word: assemble("addi", { rd: address, rs1: 8, imm: offset }), bytes: 4 };
    if (!mnemonic.startsWith("sc")) return [point, ...one({ rs1: address })];
    // Of one size: what QEMU does with SC.W after LR.D is not what it reports. Sometimes something comes between.
    const elsewhere = random.oneIn(4)
      ? assemble("addi", { rd: address, rs1: address, imm: 8 })
      : assemble("sb", { rs2: 5, rs1: address, imm: 0 });
    return [
      point,
      { word: assemble(mnemonic.replace("sc", "lr"), { rd: 9, rs1: address, aqrl: 0 }), bytes: 4 },
      ...(random.oneIn(3) ? [{ word: elsewhere, bytes: 4 as const }] : []),
      ...one({ rs1: address }),
    ];
  }
  if (mnemonic === "ctzw") {
    // QEMU before 8.0 counts wrongly where the low half is zero: here it is not.
    const register = random.pick([5, 6, 7]);
    return [
      { word: assemble("ori", { rd: register, rs1: register, imm: 1024 }), bytes: 4 },
      ...one({ rs1: register }),
    ];
  }
  if (loads.test(mnemonic) || stores.test(mnemonic)) {
    return one({ rs1: random.pick([2, 8]), imm: offsetFor(random, stores.test(mnemonic)) });
  }
  if (jumps.test(mnemonic)) return jump(mnemonic, rd, random, one);
  if (mnemonic === "c.addi4spn") return one({ nzuimm: 4 * (1 + random.below(255)) });
  if (mnemonic === "c.lui") return one({ nzupper: (1 + random.below(31)) << 12 });
  if (/^c\.mv|^c\.add$/.test(mnemonic)) return one({ rs2: 1 + random.below(31) });
  if (/^c\.(addi|addiw|lwsp|ldsp)$/.test(mnemonic)) return one({ rd: rd === 0 ? 1 : rd });
  // The other compressed loads and stores reach up to 504 bytes beyond x8.
  return one({ "rs1'": 0 });
}

/** Jumps are completed when the places of the instructions behind them are known. */
function jump(
  mnemonic: string,
  rd: number,
  random: Random,
  one: (more?: Record<string, number>) => Item[],
): Item[] {
  const [item] = one({ "rs1'": random.below(8) });
  const pair = (register: number, target: (offset: number) => number, bytes: 2 | 4): Item[] => [
    { word: assemble("auipc", { rd: register, upper: 0 }), bytes: 4 },
    // Its offset counts from AUIPC.
    { word: 0, bytes, branch: target },
  ];
  if (mnemonic === "jalr") {
    const via = rd === 0 ? 1 : rd;
    return pair(via, (offset) => assemble("jalr", { rd, rs1: via, imm: offset + 4 }), 4);
  }
  if (mnemonic === "c.jr" || mnemonic === "c.jalr") {
    const skip = assemble(mnemonic, { rs1: 7 });
    return [
      { word: assemble("auipc", { rd: 7, upper: 0 }), bytes: 4 },
      // 10 bytes from AUIPC on: behind the jump.
      { word: assemble("addi", { rd: 7, rs1: 7, imm: 10 }), bytes: 4 },
      { word: skip, bytes: 2 },
    ];
  }
  const { encoding } = encodings.find((each) => each.mnemonic === mnemonic)!;
  const pieces = encoding.fields.get("offset")!;
  return [
    {
      ...item!,
      branch: (offset) => {
        let word = item!.word;
        for (const { from, width, to } of pieces) {
          const mask = (1 << width) - 1;
          word = (word & ~(mask << from)) | (((offset >> to) & mask) << from);
        }
        return word >>> 0;
      },
    },
  ];
}

/** Floating-point state: reads, and writes that leave a valid rounding mode. */
function csrItem(random: Random): Item[] {
  const rd = random.pick(destinations);
  const rs1 = random.below(32);
  const word = random.pick([
    assemble("csrrs", { rd, csr: random.pick([1, 2, 3]), rs1: 0 }),
    assemble("csrrw", { rd, csr: 1, rs1 }),
    assemble("csrrc", { rd, csr: random.pick([1, 2, 3]), rs1 }),
    assemble("csrrwi", { rd, csr: 2, zimm: random.below(5) }),
    assemble("csrrwi", { rd, csr: 3, zimm: random.below(32) }),
    assemble("csrrwi", { rd, csr: 2, zimm: 0 }),
  ]);
  return [{ word, bytes: 4 }];
}
function reload(random: Random): Item[] {
  const imm = poolBegin - scratchMiddle + 8 * random.below(190);
  const integer = { rd: random.pick(destinations), rs1: 8, imm };
  const floating = { fd: random.below(32), rs1: 8, imm };
  return [{ word: random.oneIn(2) ? assemble("ld", integer) : assemble("fld", floating), bytes: 4 }];
}

function block(random: Random, instructions: number): Item[] {
  const groups: Item[][] = [];
  let count = 0;
  while (count < instructions) {
    const kind = random.below(20);
    const group = kind === 0 ? csrItem(random) : kind < 4 ? reload(random) : randomItem(random);
    groups.push(group);
    count += group.length;
  }
  // A jump may go to the begin of any of the next few groups: never between AUIPC and its user.
  const sizes = groups.map((group) => group.reduce((sum, { bytes }) => sum + bytes, 0));
  return groups.flatMap((group, index) => {
    const ahead = sizes.slice(index + 1, index + 1 + random.below(4));
    return group.map((item, at) => {
      if (!item.branch) return item;
      const rest = group.slice(at).reduce((sum, { bytes }) => sum + bytes, 0);
      return { word: item.branch(rest + ahead.reduce((sum, size) => sum + size, 0)), bytes: item.bytes };
    });
  });
}

/** Stores all registers behind x31 and moves it on. */
function dump(): Item[] {
  const words: number[] = [];
  for (let register = 1; register <= 30; register++)
    words.push(assemble("sd", { rs2: register, rs1: 31, imm: (register - 1) * 8 }));
  for (let register = 0; register < 32; register++)
    words.push(assemble("fsd", { fs2: register, rs1: 31, imm: (30 + register) * 8 }));
  words.push(assemble("csrrs", { rd: 30, csr: 3, rs1: 0 }));
  words.push(assemble("sd", { rs2: 30, rs1: 31, imm: 62 * 8 }));
  words.push(assemble("addi", { rd: 31, rs1: 31, imm: blockBytes }));
  return words.map((word) => ({ word, bytes: 4 }));
}

/** LUI and ADDI; all addresses are below 2^31 above `base`, and the upper half of the register is cleared. */
function address(register: number, value: number): Item[] {
  const low = (value << 20) >> 20;
  const upper = (value - low) | 0;
  const words = [
    assemble("lui", { rd: register, upper }),
    assemble("addi", { rd: register, rs1: register, imm: low }),
    assemble("slli", { rd: register, rs1: register, shamt: 32 }),
    assemble("srli", { rd: register, rs1: register, shamt: 32 }),
  ];
  return words.map((word) => ({ word, bytes: 4 }));
}
const linux = { write: 64, exit: 93 };
const call = (number: number): Item[] => [
  { word: assemble("addi", { rd: 17, rs1: 0, imm: number }), bytes: 4 },
  { word: assemble("ecall", {}), bytes: 4 },
];

/** `rounds`: how often all blocks are run, each time on what the last round left. Few blocks, then: one jump goes back. */
export function makeProgram(seed: number, blockCount: number, rounds = 1): Program {
  const random = new Random(seed);
  const bufferBytes = blockCount * rounds * blockBytes;
  const scratch = base + headerBytes;
  const buffer = scratch + scratchBytes;
  const code = buffer + Math.ceil(bufferBytes / 4096) * 4096;

  const items: Item[] = [];
  const blocks: number[] = [];
  let at = code;
  const add = (more: Item[]) => {
    items.push(...more);
    at += more.reduce((sum, { bytes }) => sum + bytes, 0);
  };
  add([
    ...address(2, scratch + scratchMiddle),
    ...address(8, scratch + scratchMiddle),
    ...address(31, buffer),
  ]);
  for (const register of destinations.filter((x) => x !== 0))
    add([{ word: assemble("addi", { rd: register, rs1: 0, imm: register }), bytes: 4 }]);
  for (let index = 0; index < blockCount; index++) {
    blocks.push(at);
    add(block(random, blockInstructions));
    add(dump());
  }
  if (rounds > 1) {
    // x30 is free: it held fcsr for the dump.
    add(address(30, buffer + bufferBytes));
    add([{ word: assemble("beq", { rs1: 30, rs2: 31, offset: 8 }), bytes: 4 }]);
    add([{ word: assemble("jal", { rd: 0, offset: blocks[0]! - at }), bytes: 4 }]);
  }
  add([...address(11, buffer), ...address(12, bufferBytes)]);
  add([{ word: assemble("addi", { rd: 10, rs1: 0, imm: 1 }), bytes: 4 }, ...call(linux.write)]);
  add([{ word: assemble("addi", { rd: 10, rs1: 0, imm: 0 }), bytes: 4 }, ...call(linux.exit)]);

  const memory = new Uint8Array(at - base);
  const view = new DataView(memory.buffer);
  for (let offset = 0; offset < scratchBytes; offset += 8)
    view.setBigUint64(headerBytes + offset, BigInt.asUintN(64, value(random)), true);
  let place = code - base;
  for (const { word, bytes } of items) {
    if (bytes === 2) view.setUint16(place, word, true);
    else view.setUint32(place, word, true);
    place += bytes;
  }
  writeHeader(view, base, code);
  return { elf: memory, memory, base, entry: code, buffer, bufferBytes, blockBytes, blocks };
}
