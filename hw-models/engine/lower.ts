/**
 * Lowers meanings to WebAssembly. What both tiers have in common stands here: expressions, temporaries, statements.
 * Where an operand is, what an access to guest memory costs and how an instruction is left are the tier's business:
 * the abstract methods. Each of them writes code; those that give a value leave it on WebAssembly's stack.
 *
 * Long because it is one class, with a case for each kind of statement and expression.
 */
import type { FlagCells, Instruction, Isa, OperandPlace } from "../isa/isa.ts";
import type { Cell, Expr, Operand, Size, Temp, Type } from "../meaning/expression.ts";
import { type Operator, scalarOperators, vectorOperators } from "../meaning/operators.ts";
import type { Statement } from "../meaning/statement.ts";
import type { Code } from "../wasm/code.ts";
import { laneOpcodes, op } from "../wasm/opcodes.ts";
import { emitLoad, emitStore } from "./access.ts";
import { emitConstant } from "./constants.ts";
import { foldSmall } from "./fold.ts";
import { Locals } from "./locals.ts";
import { updatedOperands } from "./updated.ts";

export type MemoryPlace = OperandPlace & { in: "memory" };
export type RegisterPlace = OperandPlace & { in: "register" };
export type ImmediatePlace = OperandPlace & { in: "immediate" };

/** A host address: a local, and a constant on top. */
export type Host = { readonly local: number; readonly offset: number };

const scalars: Readonly<Record<string, Operator>> = scalarOperators;
const vectors: Readonly<Record<string, Operator>> = vectorOperators;

export abstract class Lowering {
  readonly isa: Isa;
  code: Code;
  locals: Locals;
  #temps = new Map<number, number>();
  /** Temporaries that are constants. */
  #constants = new Map<number, number>();
  #instruction!: Instruction;
  /** Host addresses of memory operands that are read and then set. */
  #hosts = new Map<string, Host>();

  constructor(isa: Isa, code: Code) {
    this.isa = isa;
    this.code = code;
    this.locals = new Locals(code);
  }

  protected abstract readRegister(place: RegisterPlace): void;
  protected abstract writeRegister(place: RegisterPlace, value: () => void): void;
  protected abstract immediate(place: ImmediatePlace): void;
  protected abstract readCell(cell: Cell): void;
  protected abstract writeCell(cell: Cell, value: () => void): void;
  protected abstract address(place: MemoryPlace): void;
  protected abstract pc(): void;
  protected abstract nextPc(): void;
  /** Takes a virtual address from a local, leaves the host address of `size` readable (or writable) bytes. */
  protected abstract translate(address: number, size: Size, write: boolean): void;
  /**
   * A tier may know where the bytes of an access are without asking the TLB for them alone. The access is named by the
   * expression, the statement or the memory operand; `address` leaves its virtual address, if that is needed.
   */
  protected known(_access: object | string, _address: () => void): Host | undefined {
    return undefined;
  }
  protected abstract store(address: number, size: Size, type: Type, value: () => void): void;
  /** After a store to an address that `translate` gave for writing. */
  protected abstract stored(host: number): void;
  protected abstract flag(name: string): void;
  protected abstract flags(cells: FlagCells, kind: number, values: readonly Expr<"i64">[]): void;
  protected abstract callHelper(name: string, args: () => void): void;
  protected abstract jump(target: Expr<"i64">): void;
  protected abstract trap(cause: number, value: Expr<"i64">): void;
  protected abstract custom(index: number, values: readonly Expr<"i64">[]): void;

  /** A tier may have a shorter form for a conditional statement; true if it wrote it. */
  protected branch(_statement: Statement & { do: "if" }): boolean {
    return false;
  }
  /** What a tier knows of locals may hold on one side of a condition only. */
  protected beforeFork(_statement: Statement & { do: "if" }): void {}
  protected fork(): void {}
  protected alternate(): void {}
  protected join(): void {}

  /** Writes the whole meaning. True if its end can be reached. */
  meaning(instruction: Instruction): boolean {
    this.#instruction = instruction;
    this.locals.reset();
    this.#temps.clear();
    this.#constants.clear();
    this.#hosts.clear();
    for (const name of updatedOperands(instruction)) {
      const place = instruction.operands[name] as MemoryPlace;
      const known = this.known(name, () => this.address(place));
      if (known !== undefined) {
        this.#hosts.set(name, known);
        continue;
      }
      const address = this.locals.take("i64");
      this.address(place);
      this.code.set(address);
      this.translate(address, place.width, true);
      const host = this.locals.take("i32");
      this.code.set(host);
      this.#hosts.set(name, { local: host, offset: 0 });
    }
    return this.statements(instruction.meaning);
  }

  place(operand: Operand): OperandPlace {
    const place = this.#instruction.operands[operand.operand];
    if (place === undefined) throw new Error(`${this.#instruction.name}: no operand ${operand.operand}`);
    return place;
  }

  bindTemp(temp: Temp, local: number): void {
    this.#temps.set(temp.temp, local);
  }

  statements(list: readonly Statement[]): boolean {
    let falls = true;
    for (const statement of list) {
      if (!falls) throw new Error(`${this.#instruction.name}: a statement follows a jump, trap or custom`);
      falls = this.#statement(statement);
    }
    return falls;
  }

  #statement(statement: Statement): boolean {
    const { code } = this;
    switch (statement.do) {
      case "let": {
        this.expression(statement.value);
        // A second let of the same temporary changes it, perhaps on one side of a condition only.
        const { temp, type } = statement.temp;
        const constant = this.#temps.has(temp) ? undefined : this.#fold(statement.value);
        if (constant === undefined) this.#constants.delete(temp);
        else this.#constants.set(temp, constant);
        const local = this.#temps.get(temp) ?? this.locals.take(type);
        code.set(local);
        this.#temps.set(temp, local);
        return true;
      }
      case "set":
        this.#set(statement.operand, statement.value);
        return true;
      case "put":
        this.writeCell(statement.cell, () => this.expression(statement.value));
        return true;
      case "store": {
        const { size, value } = statement;
        const known = this.known(statement, () => this.expression(statement.address));
        if (known !== undefined) {
          this.#storeAt(known, value, size);
          return true;
        }
        const address = this.addressLocal(statement.address);
        this.store(address, size, value.type, this.valueOnce(value));
        return true;
      }
      case "if": {
        const constant = this.#fold(statement.condition);
        if (constant !== undefined) return this.statements(constant !== 0 ? statement.then : statement.else);
        if (this.branch(statement)) return true;
        this.expression(statement.condition);
        this.beforeFork(statement);
        code.if();
        this.fork();
        const then = this.statements(statement.then);
        let otherwise = true;
        if (statement.else.length > 0) {
          code.else();
          this.alternate();
          otherwise = this.statements(statement.else);
        }
        code.end();
        this.join();
        return then || otherwise;
      }
      case "flags": {
        const { flagCells, flagKinds = {} } = this.isa;
        const kind = Object.keys(flagKinds).indexOf(statement.kind);
        if (flagCells === undefined || kind < 0) throw new Error(`no flag kind ${statement.kind}`);
        this.flags(flagCells, kind, statement.values);
        return true;
      }
      case "jump":
        this.jump(statement.target);
        return false;
      case "trap":
        this.trap(statement.cause, statement.value);
        return false;
      case "custom": {
        const index = Object.keys(this.isa.customs).indexOf(statement.name);
        if (index < 0) throw new Error(`no custom ${statement.name}`);
        this.custom(index, statement.values);
        return false;
      }
    }
  }

  #set(operand: Operand, value: Expr): void {
    const place = this.place(operand);
    if (place.in === "register") {
      this.writeRegister(place, () => this.expression(value));
      return;
    }
    if (place.in !== "memory") throw new Error(`${this.#instruction.name}: an immediate is set`);
    const host = this.#hosts.get(operand.operand);
    if (host !== undefined) {
      this.#storeAt(host, value, place.width);
      this.stored(host.local);
      return;
    }
    const known = this.known(operand.operand, () => this.address(place));
    if (known !== undefined) {
      this.#storeAt(known, value, place.width);
      return;
    }
    const once = this.valueOnce(value);
    const address = this.locals.take("i64");
    this.address(place);
    this.code.set(address);
    this.store(address, place.width, value.type, once);
  }

  #storeAt({ local, offset }: Host, value: Expr, size: Size): void {
    this.code.get(local);
    this.expression(value);
    emitStore(this.code, value.type, size, offset);
  }

  #fold(value: Expr): number | undefined {
    return foldSmall(
      value,
      (temp) => this.#constants.get(temp),
      (operand) => {
        const place = this.place(operand);
        return place.in === "immediate" ? this.immediateValue(place) : undefined;
      },
    );
  }
  /** An immediate, where the instruction is known. */
  protected immediateValue(_place: ImmediatePlace): number | undefined {
    return undefined;
  }

  /** Computes now; the function puts the value on the stack as often as it is called. */
  protected valueOnce(value: Expr): () => void {
    if (value.is === "const" && value.type !== "v128") return () => this.expression(value);
    const local = this.locals.take(value.type);
    this.expression(value);
    this.code.set(local);
    return () => this.code.get(local);
  }

  protected addressLocal(address: Expr<"i64">): number {
    if (address.is === "temp") return this.#temp(address.temp);
    const local = this.locals.take("i64");
    this.expression(address);
    this.code.set(local);
    return local;
  }

  #temp(temp: Temp): number {
    const local = this.#temps.get(temp.temp);
    if (local === undefined) throw new Error(`${this.#instruction.name}: a temporary is used before its let`);
    return local;
  }

  #load(address: number, type: Type, size: Size, signed: boolean, write: boolean): void {
    this.translate(address, size, write);
    emitLoad(this.code, type, size, signed, 0);
  }

  expression(value: Expr): void {
    const { code } = this;
    switch (value.is) {
      case "operator": {
        for (const arg of value.args) this.expression(arg);
        const scalar = scalars[value.name];
        if (scalar !== undefined) code.operator(scalar.code);
        else code.vector(vectors[value.name]!.code);
        return;
      }
      case "operand": {
        const place = this.place(value.operand);
        if (place.in === "register") {
          this.readRegister(place);
          return;
        }
        if (place.in === "immediate") {
          this.immediate(place);
          return;
        }
        const { operand } = value.operand;
        const host = this.#hosts.get(operand) ?? this.known(operand, () => this.address(place));
        if (host !== undefined) {
          code.get(host.local);
          emitLoad(code, place.type, place.width, place.signed === true, host.offset);
          return;
        }
        const local = this.locals.take("i64");
        this.address(place);
        code.set(local);
        this.#load(local, place.type, place.width, place.signed === true, false);
        return;
      }
      case "const":
        this.constant(value.type, value.value);
        return;
      case "temp":
        code.get(this.#temp(value.temp));
        return;
      case "cell":
        this.readCell(value.cell);
        return;
      case "load": {
        const known = this.known(value, () => this.expression(value.args[0]));
        if (known !== undefined) {
          code.get(known.local);
          emitLoad(code, value.type, value.size, value.signed, known.offset);
          return;
        }
        const address = this.addressLocal(value.args[0]);
        this.#load(address, value.type, value.size, value.signed, value.forWrite === true);
        return;
      }
      case "pc":
        this.pc();
        return;
      case "next-pc":
        this.nextPc();
        return;
      case "flag":
        this.flag(value.name);
        return;
      case "address":
        this.address(this.place(value.operand) as MemoryPlace);
        return;
      case "select":
        this.expression(value.args[1]);
        this.expression(value.args[2]);
        this.expression(value.args[0]);
        code.byte(op.select);
        return;
      case "either":
        this.expression(value.args[0]);
        code.if(value.type);
        this.fork();
        this.expression(value.args[1]);
        code.else();
        this.alternate();
        this.expression(value.args[2]);
        code.end();
        this.join();
        return;
      case "call":
        this.callHelper(value.helper, () => {
          for (const arg of value.args) this.expression(arg);
        });
        return;
      case "lane":
        for (const arg of value.args) this.expression(arg);
        code.vector(laneOpcodes[value.name]);
        for (const lane of value.lanes) code.byte(lane);
        return;
    }
  }

  protected constant(type: Type, value: bigint | number | Uint8Array): void {
    emitConstant(this.code, type, value);
  }
}
