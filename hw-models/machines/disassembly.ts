/** What a CPU is about to do, as a line of assembly: for traces of instructions, and to say where a machine stands. */
import type { Cpu } from "../isa/cpu.ts";
import { emptyDecoded, type Isa } from "../isa/isa.ts";
import { peek } from "./peek.ts";

const longestInstruction = 16;
const knownMost = 1 << 16;

export function disassembler(isa: Isa, pcOf: (cpu: Cpu) => bigint): (cpu: Cpu) => string {
  /** A loop is the same lines again and again. */
  const known = new Map<bigint, { mode: number; bytes: Uint8Array; text: string }>();

  return (cpu) => {
    const pc = pcOf(cpu);
    const bytes = peek(isa, cpu, pc, longestInstruction);
    if (bytes.length === 0) return "(not mapped)";
    const mode = isa.decodeMode(cpu);
    const before = known.get(pc);
    if (before?.mode === mode && before.bytes.every((byte, index) => byte === bytes[index]))
      return before.text;
    const decoded = emptyDecoded();
    const view = new DataView(bytes.slice().buffer);
    if (!isa.decode(view, 0, view.byteLength, mode, decoded)) return "(cut off)";
    const text = isa.disassemble(decoded, pc);
    if (known.size >= knownMost) known.clear();
    known.set(pc, { mode, bytes: bytes.slice(0, decoded.length), text });
    return text;
  };
}
