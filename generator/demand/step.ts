/**
 * How an instruction changes what is known: its meaning, from the tables, carried out on values (`values.ts`) instead of
 * on numbers. What happens only under a condition may or may not have happened.
 */
import type { Decoded, Instruction, OperandPlace } from "../../hw-models/isa/isa.ts";
import type { Expr, Operand } from "../../hw-models/meaning/expression.ts";
import type { Statement } from "../../hw-models/meaning/statement.ts";
import type { Frame } from "./frame.ts";
import type { Machine } from "./machine.ts";
import type { Memory } from "./memory.ts";
import { any, apply, constant, cutTo, join, only, truth, type Value } from "./values.ts";

const wordBytes = 8;

/** What holds for a whole function, wherever in it. */
export type FunctionFacts = {
  /** Places on its stack whose addresses it computes: what lies there anyone may change. */
  readonly escaped: Set<number>;
};

/** Carries out one instruction on a frame. */
export class Step {
  readonly #machine: Machine;
  readonly #memory: Memory;
  readonly #facts: FunctionFacts;
  #frame!: Frame;
  #instruction!: Instruction;
  #decoded!: Decoded;
  #pc = 0;
  #temps = new Map<number, Value>();
  #maybe = false;
  /** Where a jump goes, if the instruction was one that computes it. */
  target: Value = any;

  constructor(machine: Machine, memory: Memory, facts: FunctionFacts) {
    this.#machine = machine;
    this.#memory = memory;
    this.#facts = facts;
  }

  run(frame: Frame, decoded: Decoded, pc: number): void {
    this.#frame = frame;
    this.#decoded = decoded;
    this.#pc = pc;
    this.#instruction = this.#machine.isa.instructions[decoded.instruction]!;
    this.#temps.clear();
    this.#maybe = false;
    this.#statements(this.#instruction.meaning);
  }

  /** An instruction of which only the length is known, or one that does its work outside of the tables. */
  unknown(frame: Frame): void {
    this.#frame = frame;
    for (const register of this.#machine.registers) {
      if (register !== this.#machine.stackPointer) frame.setRegister(register, any);
    }
    this.forgetEscaped(frame);
  }
  forgetEscaped(frame: Frame): void {
    for (const offset of this.#facts.escaped) frame.forget(offset);
  }

  #statements(statements: readonly Statement[]): void {
    for (const statement of statements) {
      switch (statement.do) {
        case "set":
          this.#write(statement.operand, this.#value(statement.value));
          break;
        case "put":
          if (statement.cell.type === "i64")
            this.#setRegister(statement.cell.offset, this.#value(statement.value));
          break;
        case "store":
          this.#store(this.#value(statement.address), statement.size, this.#value(statement.value));
          break;
        case "let": {
          const { temp } = statement.temp;
          const value = this.#value(statement.value);
          const old = this.#maybe ? this.#temps.get(temp) : undefined;
          this.#temps.set(temp, old === undefined ? value : join(old, value));
          break;
        }
        case "if": {
          const before = this.#maybe;
          this.#maybe = true;
          this.#statements(statement.then);
          this.#statements(statement.else);
          this.#maybe = before;
          break;
        }
        case "jump":
          this.target = this.#value(statement.target);
          break;
        case "custom":
          this.unknown(this.#frame);
          break;
        default: // flags and traps leave registers alone
      }
    }
  }

  #setRegister(offset: number, value: Value): void {
    const kept = this.#maybe ? join(this.#frame.register(offset), value) : value;
    if (kept.is === "stack" && !this.#machine.framePointers.includes(offset)) this.#escape(kept.offset);
    this.#frame.setRegister(offset, kept);
  }
  /** What lies below the stack pointer is no place, but a limit that a function compares with. */
  #escape(offset: number): void {
    const bottom = this.#frame.register(this.#machine.stackPointer);
    if (bottom.is !== "stack" || offset >= bottom.offset) this.#facts.escaped.add(offset);
  }

  #place({ operand }: Operand): OperandPlace {
    return this.#instruction.operands[operand]!;
  }
  #address(): Value {
    const { base, index, scale, displacement, segment } = this.#decoded;
    if (segment !== 0) return any;
    const isNext = base === this.#machine.isa.pc.offset;
    let sum = isNext ? constant(this.#pc + this.#decoded.length) : this.#frame.register(base);
    if (index !== 0)
      sum = apply("i64.add", [sum, apply("i64.shl", [this.#frame.register(index), constant(scale)])]);
    return apply("i64.add", [sum, constant(displacement)]);
  }

  #read(operand: Operand): Value {
    const place = this.#place(operand);
    if (place.in === "immediate") {
      const field = place.field ?? "immediate";
      if (field !== "immediate64") return constant(this.#decoded[field]);
      const word = (BigInt(this.#decoded.immediateHigh) << 32n) | BigInt(this.#decoded.immediate >>> 0);
      return constant(Number(BigInt.asIntN(64, word)));
    }
    if (place.type !== "i64" && place.type !== "i32") return any;
    if (place.in === "memory")
      return this.#load(this.#address(), place.width, place.signed === true || place.type === "i32");
    const offset = this.#decoded[place.field];
    if ((offset & 7) !== 0) return any; // AH and its kin
    const whole = this.#frame.register(offset);
    if (place.width === wordBytes) return whole;
    if (place.type === "i32" && place.width === 4) return apply("i32.wrap_i64", [whole]);
    if (place.signed) return apply(`i64.extend${8 * place.width}_s`, [whole]);
    return cutTo(place.width, whole);
  }
  #write(operand: Operand, value: Value): void {
    const place = this.#place(operand);
    if (place.in === "memory") {
      this.#store(this.#address(), place.width, place.type === "i64" || place.type === "i32" ? value : any);
    } else if (place.in === "register") {
      const offset = this.#decoded[place.field];
      const isWhole =
        (place.writes ?? place.width) === wordBytes && (place.type === "i64" || place.type === "i32");
      this.#setRegister(offset & ~7, isWhole ? value : any);
    }
  }

  #load(address: Value, bytes: number, signed: boolean): Value {
    if (address.is === "stack") {
      const value = this.#frame.atStack(address.offset, bytes);
      return signed && bytes < wordBytes ? apply(`i64.extend${8 * bytes}_s`, [value]) : value;
    }
    const fixed = only(address);
    return fixed === undefined ? any : this.#memory.read(fixed, bytes, signed);
  }
  #store(address: Value, bytes: number, value: Value): void {
    if (value.is === "stack") this.#escape(value.offset);
    if (address.is === "stack") {
      const kept = this.#maybe ? join(this.#frame.atStack(address.offset, bytes), value) : value;
      this.#frame.putStack(address.offset, bytes, kept);
    } else if (only(address) === undefined) this.forgetEscaped(this.#frame);
  }

  #value(expression: Expr): Value {
    switch (expression.is) {
      case "const":
        return typeof expression.value === "object" ? any : constant(Number(expression.value));
      case "operator":
        if (isDifference(expression.name) && this.#areSame(expression.args)) return constant(0);
        return apply(
          expression.name,
          expression.args.map((arg) => this.#value(arg)),
        );
      case "select":
      case "either": {
        const [condition, yes, no] = expression.args;
        const chosen = only(this.#value(condition));
        if (chosen !== undefined) return this.#value(chosen === 0 ? no : yes);
        return join(this.#value(yes), this.#value(no));
      }
      case "operand":
        return this.#read(expression.operand);
      case "address":
        return this.#address();
      case "cell":
        return expression.type === "i64" ? this.#frame.register(expression.cell.offset) : any;
      case "temp":
        return this.#temps.get(expression.temp.temp) ?? any;
      case "load":
        return this.#load(this.#value(expression.args[0]), expression.size, expression.signed);
      case "pc":
        return constant(this.#pc);
      case "next-pc":
        return constant(this.#pc + this.#decoded.length);
      case "flag":
        return truth;
      default:
        return any;
    }
  }

  /** XOR of a register with itself is how a register is cleared. */
  #areSame([a, b]: readonly Expr[]): boolean {
    if (a?.is !== "operand" || b?.is !== "operand") return false;
    const [left, right] = [this.#place(a.operand), this.#place(b.operand)];
    return (
      left.in === "register" &&
      right.in === "register" &&
      this.#decoded[left.field] === this.#decoded[right.field]
    );
  }
}
const isDifference = (name: string) => /^i(32|64)\.(xor|sub)$/.test(name);
