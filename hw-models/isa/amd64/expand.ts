/**
 * From rows to what the engine and the decoder need: instructions (one for each mnemonic and forms of operands), and
 * for each row and form the plan by which the decoder finds its operands.
 */
import type { Operand, Type } from "../../meaning/expression.ts";
import type { Instruction, OperandPlace, RegisterField } from "../isa.ts";
import type { Encoding, OperandForm } from "./notation.ts";
import { makeForm, type Row } from "./row.ts";

/** Where the decoder takes the register of an operand from. */
export type Source = "none" | "reg" | "rm" | "opcode" | "vvvv" | "fixed";

export type OperandPlan = {
  readonly source: Source;
  /** 8: high-byte registers are possible; 128: an XMM register; 0: the number itself is the operand. */
  readonly bits: number;
  readonly fixed: number;
};

/** One row in one form: what the decoder's tables hold. */
export type Pattern = Encoding & {
  readonly row: Row;
  readonly instruction: number;
  readonly plans: readonly OperandPlan[];
  /** ModRM must name memory, or a register; undefined where there is no ModRM operand of that kind. */
  readonly needsMemory: boolean | undefined;
  /** LEA: an address without its segment. */
  readonly withoutSegment: boolean;
  /** POP into memory: what is added to the address if its base is rSP, which has moved by then. */
  readonly pops: number;
  readonly fixedImmediate: number | undefined;
  /** ModRM.reg names a segment, control or debug register: a bit for each that exists. */
  readonly special: number | undefined;
};

const isAddressable = ({ kind, memoryBits }: OperandForm) => kind === "memory" || memoryBits !== undefined;
const typeBytes = { i32: 4, f32: 4, i64: 8, f64: 8, v128: 16 } as const;

/** "r32", "m32", "xmm", "imm": the forms that make one instruction out of several encodings. */
function describe(form: OperandForm, inMemory: boolean): string {
  if (inMemory) return `m${form.memoryBits ?? (form.bits || "")}`;
  if (form.kind === "general") return `r${form.bits}`;
  if (form.pointer !== undefined) return `ptr${form.pointer}`;
  if (form.kind === "immediate") return form.bits === 64 ? "imm64" : "imm";
  if (form.kind === "offset") return `moffs${form.bits}`;
  return { xmm: "xmm", relative: "rel", segment: "sreg", control: "cr", debug: "dr", memory: "m" }[form.kind];
}

function place(
  form: OperandForm,
  position: number,
  inMemory: boolean,
  secondImmediate: boolean,
  type: Type,
  signed: boolean,
): OperandPlace {
  const field = `r${position}` as RegisterField;
  if (inMemory) {
    const width = ((form.memoryBits ?? form.bits) / 8 || typeBytes[type]) as 1;
    return { in: "memory", type, width: Math.min(width, typeBytes[type]) as 1, signed };
  }
  if (form.kind === "immediate" || form.kind === "relative" || form.kind === "offset") {
    if (secondImmediate) return { in: "immediate", type: "i64", field: "r3" };
    const wide = form.bits === 64 || form.kind === "offset";
    return { in: "immediate", type: type as "i64", field: wide ? "immediate64" : "immediate" };
  }
  if (form.kind === "general") {
    const width = Math.min(form.bits / 8, typeBytes[type]) as 4;
    return { in: "register", field, type, width, signed, writes: form.bits === 32 ? 8 : width };
  }
  if (form.kind === "xmm") return { in: "register", field, type, width: typeBytes[type], signed };
  return { in: "immediate", type: "i64", field };
}

function plan(row: Row, position: number, inMemory: boolean): OperandPlan {
  const { kind, bits, fixed, second } = row.operands[position]!;
  const registerBits = kind === "xmm" ? 128 : kind === "general" ? bits : 0;
  if (inMemory || kind === "immediate" || kind === "relative" || kind === "offset") {
    return { source: "none", bits: 0, fixed: 0 };
  }
  if (fixed !== undefined) return { source: "fixed", bits: registerBits, fixed };
  return { source: registerSource(row, position, second === true), bits: registerBits, fixed: 0 };
}

/** The manual's "operand encoding" column, which follows from the rest. */
function registerSource({ operands, encoding }: Row, position: number, second: boolean): Source {
  const vex = encoding.map >= 4;
  if (second) return "vvvv";
  if (isAddressable(operands[position]!)) return "rm";
  if (encoding.registerInOpcode) return "opcode";
  if (encoding.modrm !== "r") return vex ? "vvvv" : "rm";
  if (operands.some(isAddressable)) return "reg";
  // Two registers and no memory: control registers and the like are always ModRM.reg, else the first one is.
  const special = operands.findIndex(({ kind }) => kind === "control" || kind === "debug");
  if (special >= 0) return special === position ? "reg" : "rm";
  return position === 0 ? "reg" : "rm";
}

export function expand(rows: readonly Row[]): { instructions: Instruction[]; patterns: Pattern[] } {
  const instructions: Instruction[] = [];
  const byName = new Map<string, { index: number; row: Row }>();
  const patterns: Pattern[] = [];
  for (const row of rows) {
    const addressable = row.operands.findIndex(isAddressable);
    const choices =
      addressable < 0
        ? [-1]
        : row.operands[addressable]!.kind === "memory"
          ? [addressable]
          : [-1, addressable];
    for (const memory of choices) {
      const forms = row.operands.map((form, position) => describe(form, position === memory));
      let name = [row.mnemonic, forms.join(", ")].join(" ").trim();
      let known = byName.get(name);
      if (known ? known.row.meaning !== row.meaning : row.encoding.mode === "legacy") {
        // "push imm" is three instructions: what the operands do not tell stands behind the name
        name += ` (${[row.encoding.mode, row.encoding.size].filter((part) => part !== undefined).join(" ")})`;
        known = byName.get(name);
      }
      if (!known) {
        known = { index: instructions.length, row };
        byName.set(name, known);
        instructions.push(instructionOf(row, name, memory));
      } else if (known.row.meaning !== row.meaning) throw new Error(`two meanings for ${name}`);
      const plans = row.operands.map((_, position) => plan(row, position, position === memory));
      const special = row.operands.some(({ kind }) => kind === "control" || kind === "debug"); // they ignore mod
      patterns.push({
        ...row.encoding,
        row,
        instruction: known.index,
        plans,
        needsMemory:
          memory >= 0 ? true : !special && plans.some(({ source }) => source === "rm") ? false : undefined,
        withoutSegment: row.mnemonic === "lea",
        pops: row.mnemonic === "pop" && memory >= 0 ? row.operands[0]!.bits / 8 : 0,
        fixedImmediate: row.operands.find(({ kind, fixed }) => kind === "immediate" && fixed !== undefined)
          ?.fixed,
        special: existing(row),
      });
    }
  }
  return { instructions, patterns };
}

const allSegments = 0x3f3f; // REX.R is ignored
const loadableSegments = 0x3d3d; // not CS
const controlRegisters = 0x11d;
const debugRegisters = 0xff;

function existing({ operands }: Row): number | undefined {
  for (const [position, { kind, fixed }] of operands.entries()) {
    if (kind === "segment" && fixed === undefined) return position === 0 ? loadableSegments : allSegments;
    if (kind === "control") return controlRegisters;
    if (kind === "debug") return debugRegisters;
  }
  return undefined;
}

/** Most of the rows are never executed: a meaning is made when somebody asks for it. */
function instructionOf(row: Row, name: string, memory: number): Instruction {
  let made: Pick<Instruction, "operands" | "meaning"> | undefined;
  const make = () => {
    made ??= meaningOf(row, memory);
    return made;
  };
  return {
    name,
    get operands() {
      return make().operands;
    },
    get meaning() {
      return make().meaning;
    },
    ...(row.flow ? { flow: row.flow } : {}),
    ...(row.rare ? { rare: true } : {}),
  };
}

function meaningOf(row: Row, memory: number): Pick<Instruction, "operands" | "meaning"> {
  const operands: Record<string, OperandPlace> = {};
  const operand = <T extends Type>(
    position: number | "base" | "mask" | "pair" | "place 0" | "place 1",
    type: T,
    signed = false,
  ): Operand<T> => {
    if (typeof position === "string") {
      const constants = { pair: "r2", "place 0": "r0", "place 1": "r1" } as const;
      operands[position] =
        position !== "base" && position !== "mask"
          ? { in: "immediate", type: "i64", field: constants[position] }
          : { in: "register", type: "i64", width: 8, field: position === "base" ? "r2" : "r3" };
      return { operand: position, type };
    }
    const form = row.operands[position]!;
    const key = `${position}:${type}${signed ? " signed" : ""}`;
    const second = row.operands.findIndex(({ kind }) => kind === "immediate") < position;
    operands[key] = place(
      form,
      position,
      position === memory,
      second && row.encoding.immediates.length > 1,
      type,
      signed,
    );
    return { operand: key, type };
  };
  const meaning = row.meaning(makeForm(row.operands, memory, operand));
  return { operands, meaning };
}
