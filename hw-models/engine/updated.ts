/** Memory operands that a meaning both reads and sets: they are translated once, for writing. */
import type { Instruction } from "../isa/isa.ts";
import type { Operand } from "../meaning/expression.ts";

const updatedOf = new WeakMap<Instruction, readonly string[]>();

export function updatedOperands(instruction: Instruction): readonly string[] {
  const known = updatedOf.get(instruction);
  if (known !== undefined) return known;
  const inMemory = (name: string): boolean => instruction.operands[name]?.in === "memory";
  const reads = new Set<string>();
  const sets = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) return;
    const { is, operand } = node as { is?: string; do?: string; operand?: Operand };
    if (operand !== undefined && is === "operand") reads.add(operand.operand);
    if (operand !== undefined && (node as { do?: string }).do === "set") sets.add(operand.operand);
    for (const child of Object.values(node)) visit(child);
  };
  if (Object.keys(instruction.operands).some(inMemory)) visit(instruction.meaning);
  const both = [...reads].filter((name) => sets.has(name) && inMemory(name));
  updatedOf.set(instruction, both);
  return both;
}
