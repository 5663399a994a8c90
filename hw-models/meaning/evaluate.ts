/**
 * What a meaning means, as plainly as it can be said: a walk over the statements, on a state in memory, with exact
 * arithmetic. It is slow. The tests of every instruction set take it as the oracle: outside witnesses (a real CPU,
 * QEMU) are compared with it, and the two execution tiers are.
 *
 * It also keeps watch over the rows: a fault after the first change of the state is a defect of the row and throws.
 */
import type { Decoded, Instruction, Isa, OperandPlace, RegisterField } from "../isa/isa.ts";
import { type Bits, bytesOf, constantBits, typeBytes, valueFrom } from "./bits.ts";
import { scalarEvaluators } from "./evaluate-scalar.ts";
import { evaluateLanes, vectorEvaluators } from "./evaluate-vector.ts";
import { type Cell, type Expr, isComputation, type Operand, type Size, type Type } from "./expression.ts";
import type { Statement } from "./statement.ts";

/** An exception that the guest raised: a value. */
export type Fault = { readonly cause: number; readonly value: bigint };

/** Everything outside of the meaning itself. */
export type World = {
  readonly isa: Isa;
  /** The CPU's state, as its cells and register offsets describe it. */
  readonly state: DataView;
  /** Virtual memory, little-endian. `forWrite`: a fault is the one that a store would raise. */
  read(address: bigint, size: Size, forWrite: boolean): Uint8Array | Fault;
  write(address: bigint, bytes: Uint8Array): Fault | undefined;
  /** Carries out `Isa.customs[name]`; a world that has no `Cpu` may refuse by throwing. */
  custom(name: string, values: readonly bigint[]): Fault | undefined;
};

/** Ends a walk; caught in `evaluate` only. */
class Faulted {
  readonly fault: Fault;
  constructor(fault: Fault) {
    this.fault = fault;
  }
}

/** One execution of one instruction. */
class Walk {
  private readonly world: World;
  private readonly instruction: Instruction;
  private readonly decoded: Decoded;
  private readonly pc: bigint;
  private readonly temps = new Map<number, Bits>();
  private changed = false;
  jumped = false;

  constructor(world: World, decoded: Decoded, pc: bigint) {
    this.world = world;
    this.instruction = world.isa.instructions[decoded.instruction]!;
    this.decoded = decoded;
    this.pc = pc;
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (this.jumped) throw new Error(`${this.instruction.name}: a statement follows a jump`);
      this.step(statement);
    }
  }

  private step(statement: Statement): void {
    switch (statement.do) {
      case "set":
        this.writeOperand(statement.operand, this.value(statement.value));
        break;
      case "put":
        this.putCell(statement.cell, this.value(statement.value));
        break;
      case "store": {
        const address = this.value(statement.address) as bigint;
        this.store(address, bytesOf(this.value(statement.value), statement.size));
        break;
      }
      case "let":
        this.temps.set(statement.temp.temp, this.value(statement.value));
        break;
      case "if":
        this.run(this.value(statement.condition) !== 0 ? statement.then : statement.else);
        break;
      case "jump":
        this.putCell(this.world.isa.pc, this.value(statement.target));
        this.jumped = true;
        break;
      case "flags": {
        const { flagCells, flagKinds } = this.world.isa;
        const values = statement.values.map((value) => this.value(value));
        this.putCell(flagCells!.kind, Object.keys(flagKinds!).indexOf(statement.kind));
        for (const [index, value] of values.entries()) this.putCell(flagCells!.values[index]!, value);
        break;
      }
      case "trap":
        this.fault({ cause: statement.cause, value: this.value(statement.value) as bigint });
        break;
      case "custom": {
        const values = statement.values.map((value) => this.value(value) as bigint);
        const fault = this.world.custom(statement.name, values);
        if (fault) throw new Faulted(fault);
        this.changed = true;
      }
    }
  }

  private fault(fault: Fault): never {
    if (this.changed) throw new Error(`${this.instruction.name}: a fault after a change of the state`);
    throw new Faulted(fault);
  }

  private cellBytes(offset: number, size: number): Uint8Array {
    const { buffer, byteOffset } = this.world.state;
    return new Uint8Array(buffer, byteOffset + offset, size);
  }
  private putCell(cell: Cell, value: Bits): void {
    this.changed = true;
    const size = typeBytes[cell.type];
    this.cellBytes(cell.offset, size).set(bytesOf(value, size));
  }
  private getCell(cell: Cell): Bits {
    return valueFrom(this.cellBytes(cell.offset, typeBytes[cell.type]), cell.type);
  }

  private load(address: bigint, size: Size, forWrite: boolean): Uint8Array {
    const bytes = this.world.read(BigInt.asUintN(64, address), size, forWrite);
    return bytes instanceof Uint8Array ? bytes : this.fault(bytes);
  }
  private store(address: bigint, bytes: Uint8Array): void {
    const fault = this.world.write(BigInt.asUintN(64, address), bytes);
    if (fault) this.fault(fault);
    this.changed = true;
  }

  private place(operand: Operand): OperandPlace {
    const place = this.instruction.operands[operand.operand];
    if (!place) throw new Error(`${this.instruction.name}: no operand ${operand.operand}`);
    return place;
  }
  /** ((base + (index << scale) + displacement) & mask) + start; the pc cell already names the next instruction. */
  private effectiveAddress(): bigint {
    const { base, index, scale, displacement, segment } = this.decoded;
    const register = (offset: number) => valueFrom(this.cellBytes(offset, 8), "i64") as bigint;
    const sum = register(base) + (register(index) << BigInt(scale)) + BigInt(displacement);
    return BigInt.asIntN(64, (sum & register(segment + 8)) + register(segment));
  }
  private readOperand(operand: Operand): Bits {
    const place = this.place(operand);
    if (place.in === "immediate") {
      const field = place.field ?? "immediate";
      const low = BigInt(this.decoded[field === "immediate64" ? "immediate" : field]);
      const high = BigInt(this.decoded.immediateHigh);
      const value = field === "immediate64" ? (high << 32n) | BigInt.asUintN(32, low) : low;
      return place.type === "i64" ? BigInt.asIntN(64, value) : Number(BigInt.asIntN(32, value));
    }
    if (place.in === "register") {
      const bytes = this.cellBytes(this.decoded[place.field as RegisterField], place.width);
      return valueFrom(bytes, place.type, place.signed);
    }
    const forWrite = isWritten(operand, this.instruction.meaning);
    return valueFrom(this.load(this.effectiveAddress(), place.width, forWrite), place.type, place.signed);
  }
  private writeOperand(operand: Operand, value: Bits): void {
    const place = this.place(operand);
    if (place.in === "immediate") throw new Error(`${this.instruction.name}: sets an immediate`);
    if (place.in === "memory") {
      this.store(this.effectiveAddress(), bytesOf(value, place.width));
      return;
    }
    this.changed = true;
    const size = place.writes ?? place.width;
    const extended = place.type === "i32" && size === 8 ? BigInt((value as number) >>> 0) : value;
    this.cellBytes(this.decoded[place.field], size).set(bytesOf(extended, size));
  }

  private value(expr: Expr): Bits {
    switch (expr.is) {
      case "const":
        return constantBits(expr.type, expr.value);
      case "operator": {
        const evaluator = scalarEvaluators.get(expr.name) ?? vectorEvaluators.get(expr.name);
        return evaluator!(...expr.args.map((arg) => this.value(arg)));
      }
      case "lane":
        return evaluateLanes(
          expr.name,
          expr.lanes,
          expr.args.map((arg) => this.value(arg)),
        );
      case "select": {
        const [condition, yes, no] = expr.args.map((arg) => this.value(arg));
        return condition !== 0 ? yes! : no!;
      }
      case "either":
        return this.value(expr.args[this.value(expr.args[0]) !== 0 ? 1 : 2]);
      case "operand":
        return this.readOperand(expr.operand);
      case "address":
        return this.effectiveAddress();
      case "cell":
        return this.getCell(expr.cell);
      case "temp": {
        const value = this.temps.get(expr.temp.temp);
        if (value === undefined)
          throw new Error(`${this.instruction.name}: a value is used before it is named`);
        return value;
      }
      case "load": {
        const address = this.value(expr.args[0]) as bigint;
        return valueFrom(this.load(address, expr.size, expr.forWrite === true), expr.type, expr.signed);
      }
      case "pc":
        return BigInt.asIntN(64, this.pc);
      case "next-pc":
        return BigInt.asIntN(64, this.pc + BigInt(this.decoded.length));
      case "flag":
        return this.flag(expr.name);
      case "call": {
        const helper = this.world.isa.helpers[expr.helper];
        if (!helper) throw new Error(`${this.instruction.name}: no helper ${expr.helper}`);
        const args = expr.args.map((arg) => this.value(arg));
        if (helper.host) return helper.host(...args);
        const body = helper.body!(...this.bound(args, helper.takes));
        if (!isComputation(body)) return this.value(body);
        this.run(body.is);
        return this.value(body.value);
      }
    }
  }

  /** Values as expressions, for functions from expressions to expressions. */
  private bound(values: readonly Bits[], types: readonly Type[]): Expr<never>[] {
    return values.map((value, index) => {
      const temp = -1 - this.temps.size;
      this.temps.set(temp, value);
      return { type: types[index]!, is: "temp", temp: { temp, type: types[index]! } } as Expr<never>;
    });
  }

  /** From the values that the last flag-setting statement kept. */
  private flag(name: string): Bits {
    const { flagCells, flagKinds, conditions } = this.world.isa;
    const [kindName, kind] = Object.entries(flagKinds!)[this.getCell(flagCells!.kind) as number]!;
    const derive = kind.flags[name];
    if (derive) {
      const values = flagCells!.values.slice(0, kind.values).map((cell) => this.getCell(cell));
      const types = values.map(() => "i64" as const);
      return this.value(derive(...this.bound(values, types)));
    }
    const condition = conditions?.[name];
    if (!condition) throw new Error(`${this.instruction.name}: ${kindName} defines no flag ${name}`);
    return this.value(condition((flag) => ({ type: "i32", is: "flag", name: flag })));
  }
}

/** Whether the meaning sets the operand somewhere: then a memory operand is translated for writing at once. */
function isWritten(operand: Operand, statements: readonly Statement[]): boolean {
  return statements.some((statement) =>
    statement.do === "if"
      ? isWritten(operand, statement.then) || isWritten(operand, statement.else)
      : statement.do === "set" && statement.operand.operand === operand.operand,
  );
}

/**
 * Executes a decoded instruction at `pc` on the world's state. Afterwards the pc cell names the instruction that
 * follows; after a fault, which is returned, it names this one and nothing else has changed.
 */
export function evaluate(world: World, decoded: Decoded, pc: bigint): Fault | undefined {
  const { isa, state } = world;
  state.setBigUint64(isa.pc.offset, BigInt.asUintN(64, pc + BigInt(decoded.length)), true);
  const walk = new Walk(world, decoded, pc);
  try {
    walk.run(isa.instructions[decoded.instruction]!.meaning);
  } catch (thrown) {
    if (!(thrown instanceof Faulted)) throw thrown;
    state.setBigUint64(isa.pc.offset, BigInt.asUintN(64, pc), true);
    return thrown.fault;
  }
  return undefined;
}
