/**
 * What an architecture gives the engine. The engine knows meanings, operands' places and these functions; it knows no
 * register by name and no instruction. Everything with a 64-bit address in an interface that is called often takes it
 * in two halves (`high`, `low`: signed 32-bit numbers), because BigInt costs a microsecond where a number costs none.
 */
import type { Cell, Expr, Helper, Type } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";
import type { Cpu } from "./cpu.ts";

/** Fields of a decoded instruction. Registers are byte offsets into the CPU's state. */
export type RegisterField = "r0" | "r1" | "r2" | "r3";

/** How an operand is found. The engine makes loads, stores and constants of it, and nothing else. */
export type OperandPlace =
  /**
   * In the CPU's state, at the offset in `field`. Reading takes `width` bytes, extended to `type` as `signed` says;
   * writing stores the low `writes` bytes (default: `width`) of the value: amd64's 32-bit registers have width 4 and
   * write 8 of a zero-extended value, so that the upper half is cleared.
   */
  | {
      readonly in: "register";
      readonly field: RegisterField;
      readonly type: Type;
      readonly width: 1 | 2 | 4 | 8 | 16;
      readonly signed?: boolean;
      readonly writes?: 1 | 2 | 4 | 8 | 16;
    }
  /** A constant: the field `immediate`, sign-extended to 64 bits, or `immediate64`. `type` i32 takes its low half. */
  | {
      readonly in: "immediate";
      readonly type: "i32" | "i64";
      readonly field?: "immediate" | "immediate64" | RegisterField;
    }
  /**
   * In guest memory at ((base + (index << scale) + displacement) & mask) + start: all from the decoded fields.
   * `segment` is the offset of a pair in the state: i64 start, i64 mask of the address size; offset 0 is the pair
   * {0, all ones}. A `base` that is `Isa.pc.offset` means the address of the next instruction.
   */
  | {
      readonly in: "memory";
      readonly type: Type;
      readonly width: 1 | 2 | 4 | 8 | 16;
      readonly signed?: boolean;
    };

/** One instruction in one form (register or memory operand, one operand size): what a decoder can choose. */
export type Instruction = {
  /** The manual's mnemonic, with the form where there is more than one: "add r/m64, r64 (memory)". */
  readonly name: string;
  readonly operands: Readonly<Record<string, OperandPlace>>;
  readonly meaning: readonly Statement[];
  /**
   * "jump": may go elsewhere; ends a block. "fence": what was decoded before may no longer be true (FENCE.I, MOV CR3,
   * mode changes): ends a block, and the translator leaves before it. A row whose custom follows changes is one, too: it
   * cannot be begun anew. Others go on to the next instruction.
   */
  readonly flow?: "jump" | "fence";
  /** Rare instructions stay out of the interpreter's central loop. */
  readonly rare?: boolean;
};

/** The decoder's answer, written into an object that the engine reuses. */
export type Decoded = {
  /** Index in `Isa.instructions`. */
  instruction: number;
  /** In bytes. */
  length: number;
  r0: number;
  r1: number;
  r2: number;
  r3: number;
  /** Offsets into the state; a cell that is always zero where there is none. */
  base: number;
  index: number;
  segment: number;
  /** 0 to 3. */
  scale: number;
  /** Displacement of a memory operand (amd64). */
  displacement: number;
  /** Signed 32 bits. */
  immediate: number;
  /** The upper half of `immediate64`; its lower half is `immediate`. */
  immediateHigh: number;
};

/** For a decoder to fill. */
export const emptyDecoded = (): Decoded => ({
  ...{ instruction: 0, length: 0, r0: 0, r1: 0, r2: 0, r3: 0, base: 0, index: 0, segment: 0, scale: 0 },
  ...{ displacement: 0, immediate: 0, immediateHigh: 0 },
});

/** How flags come out of the values that a `flags` statement kept. Missing flags: not defined by this kind. */
export type FlagKind = {
  readonly values: number;
  /** Flag or condition ("ZF", "L", "BE") to its value, 0 or 1. A condition that is missing is made of flags. */
  readonly flags: Readonly<Record<string, (...values: Expr<"i64">[]) => Expr<"i32">>>;
};

/** Where the engine keeps the lazy flags. */
export type FlagCells = { readonly kind: Cell<"i32">; readonly values: readonly Cell<"i64">[] };

export type Access = "read" | "write" | "fetch";

/** What an address translation gives; a fault is a value. */
export type Translation = {
  /** -1: no fault. Else the architecture's exception number. */
  cause: number;
  /** For the trap: page-fault error code. The address is handed over beside it. */
  value: number;
  /** The physical address of the page's first byte (4 KiB granules), below 2^53. */
  page: number;
  /** The same translation also serves writes without further ado (dirty bit set and allowed). */
  writable: boolean;
};

export type Isa = {
  readonly name: "amd64" | "riscv64";
  readonly instructions: readonly Instruction[];
  /** Size of the state in bytes; the engine adds its own behind it. Bytes 0-7 are always zero, 8-15 (amd64) ones. */
  readonly stateBytes: number;
  /** What is where in the state, in words: a snapshot of a state that was laid out in another way is refused. */
  readonly stateLayout: readonly string[];
  readonly pc: Cell<"i64">;
  /** 16, or 32 where `displacement`, `immediate64`, `base` and so on are used. */
  readonly slotBytes: 16 | 32;
  /** Instructions begin at multiples of this. */
  readonly alignment: 1 | 2;
  readonly helpers: Readonly<Record<string, Helper>>;
  readonly flagCells?: FlagCells;
  readonly flagKinds?: Readonly<Record<string, FlagKind>>;
  /** A condition made of flags, for kinds that do not know it directly. */
  readonly conditions?: Readonly<Record<string, (flag: (name: string) => Expr<"i32">) => Expr<"i32">>>;
  /**
   * TypeScript behind `custom`, with at most four values, as many as the function declares. The pc cell already holds the
   * next instruction's address; see `Cpu`.
   */
  readonly customs: Readonly<Record<string, (cpu: Cpu, ...values: bigint[]) => void>>;
  /**
   * Decodes the bytes at `at`; false if they end (at `end`) before the instruction does. Never throws: what is no
   * instruction decodes to one whose meaning is the trap. `mode` is `decodeMode`'s answer.
   */
  decode(bytes: DataView, at: number, end: number, mode: number, decoded: Decoded): boolean;
  /** Small numbers: which decoding and which translation rules hold now. Each has TLB banks of its own. */
  readonly modes: number;
  decodeMode(cpu: Cpu): number;
  /** True for the modes in which programs run: their instructions are counted apart. */
  isUser(mode: number): boolean;
  /** Exceptions for accesses to physical addresses where nothing is. Absent: reads give all ones, writes vanish. */
  readonly busFaults?: Readonly<Record<Access, number>>;
  /** Walks the page tables for `mode`, setting accessed and dirty bits as the architecture does. */
  translate(cpu: Cpu, high: number, low: number, access: Access, result: Translation): void;
  /**
   * Enters the exception: changes the state so that the handler's first instruction is next. `value` is that of the
   * trap statement, or `Translation.value`; `address` is there for faults of an access only: CR2, stval.
   */
  enterTrap(cpu: Cpu, cause: number, value: bigint, address?: bigint): void;
  /** Takes a pending interrupt if the state allows one; true if it did. */
  takeInterrupt(cpu: Cpu): boolean;
  /** True if a waiting CPU (WFI, HLT) has a reason to go on. */
  wakes(cpu: Cpu): boolean;
  reset(cpu: Cpu): void;
  /** One line of assembly. */
  disassemble(decoded: Decoded, pc: bigint): string;
};
