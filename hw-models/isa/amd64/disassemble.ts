/** Disassembly from the same instructions, in Intel's syntax. Prefixes that change nothing are not shown. */
import type { Decoded, Instruction } from "../isa.ts";
import { plainPairs, registerNames, registers, rip, segmentNames, segmentPairs, xmm } from "./state.ts";

const GENERAL = registers[0]!.offset;
const low8 = ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"];
const low16 = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];

export function generalName(offset: number, bits: number): string {
  const number = (offset - GENERAL) >> 3;
  if ((offset - GENERAL) & 1) return ["ah", "ch", "dh", "bh"][number]!;
  if (number >= 8) return `r${number}${bits === 8 ? "b" : bits === 16 ? "w" : bits === 32 ? "d" : ""}`;
  if (bits === 8) return low8[number]!;
  const name = low16[number]!;
  return bits === 16 ? name : bits === 32 ? `e${name}` : registerNames[number]!;
}

const hex = (value: number | bigint) => (value < 10 ? `${value}` : `0x${value.toString(16)}`);
const signedHex = (value: number | bigint) =>
  value < 0 ? `-${hex(typeof value === "bigint" ? -value : -value)}` : hex(value);

/** The segment (or undefined) and address size of a pair. */
function pairOf(offset: number): { segment: string | undefined; bits: number } {
  for (const [size, offsets] of segmentPairs.entries()) {
    const segment = offsets.indexOf(offset);
    if (segment >= 0) return { segment: segmentNames[segment], bits: 16 << size };
  }
  return { segment: undefined, bits: 16 << plainPairs.indexOf(offset) };
}

function memoryText(decoded: Decoded, pc: bigint): string {
  const { segment, bits } = pairOf(decoded.segment);
  const parts: string[] = [];
  let { displacement } = decoded;
  if (decoded.base === rip.offset) {
    const target = pc + BigInt(decoded.length) + BigInt(displacement);
    parts.push(hex(BigInt.asUintN(bits, target)));
    displacement = 0;
  } else if (decoded.base) parts.push(generalName(decoded.base, bits));
  if (decoded.index) {
    const scale = decoded.scale || parts.length === 0 ? `*${1 << decoded.scale}` : "";
    parts.push(generalName(decoded.index, bits) + scale);
  }
  let text = parts.join("+");
  if (text === "") text = hex(BigInt.asUintN(bits, BigInt(displacement)));
  else if (displacement > 0) text += `+${hex(displacement)}`;
  else if (displacement < 0) text += `-${hex(-displacement)}`;
  const byDefault = [registers[4]!.offset, registers[5]!.offset].includes(decoded.base) ? "ss" : "ds";
  return `${segment === undefined || segment === byDefault ? "" : `${segment}:`}[${text}]`;
}

/** One line: "add rax, [rbx+8]". */
export function disassemble(instruction: Instruction, decoded: Decoded, pc: bigint): string {
  const name = instruction.name.replace(/ \(.*/, "");
  const [, mnemonic = name, list = ""] = /^((?:repn?e? )?\S+) ?(.*)$/.exec(name) ?? [];
  const [, size] = /\(legacy (.)\)/.exec(instruction.name) ?? [];
  const pointerBits = size === undefined ? 64 : size === "0" ? 16 : 32;
  const fields = [decoded.r0, decoded.r1, decoded.r2, decoded.r3];
  let immediates = 0;
  const operands = list.split(", ").map((form, position) => {
    const field = fields[position]!;
    if (form === "") return "";
    if (form.startsWith("moffs")) {
      const { segment } = pairOf(decoded.r2);
      return `${segment ? `${segment}:` : ""}[${hex(wideImmediate(decoded))}]`;
    }
    if (form.startsWith("m")) {
      const popped =
        mnemonic === "pop" && decoded.base === registers[4]!.offset ? Number(form.slice(1)) / 8 : 0;
      return memoryText({ ...decoded, displacement: decoded.displacement - popped }, pc);
    }
    if (form === "imm") return immediates++ > 0 ? hex(decoded.r3) : signedHex(decoded.immediate);
    if (form.startsWith("ptr")) {
      const offsetBits = BigInt(form.slice(3));
      const pointer = wideImmediate(decoded);
      return `${hex(BigInt.asUintN(Number(offsetBits), pointer))},${hex((pointer >> offsetBits) & 0xffffn)}`;
    }
    if (form === "imm64") return hex(wideImmediate(decoded));
    if (form === "rel")
      return hex(BigInt.asUintN(pointerBits, pc + BigInt(decoded.length + decoded.immediate)));
    if (form === "xmm") return `xmm${(field - xmm[0]!.offset) >> 4}`;
    if (form === "sreg") return segmentNames[field & 7]!;
    if (form === "cr" || form === "dr") return `${form}${field}`;
    return generalName(field, Number(form.slice(1)));
  });
  return `${mnemonic} ${operands.join(", ")}`.trim();
}

const wideImmediate = (decoded: Decoded) =>
  (BigInt(decoded.immediateHigh >>> 0) << 32n) | BigInt(decoded.immediate >>> 0);
