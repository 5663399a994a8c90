/**
 * Which accesses of a block can share one check of the TLB: those whose addresses differ by constants. A value is
 * "something unknown, by number" plus a constant; registers that are copied or moved by a constant keep the number.
 *
 * It follows a block's instructions before any code is written, so that the first access of a group can check the bytes
 * of all. Accesses on one side of a condition are left alone.
 */
import type { Decoded, Instruction, Isa } from "../../isa/isa.ts";
import type { Expr, Temp } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { typeBytes } from "../pure.ts";
import { updatedOperands } from "../updated.ts";
import { foldConstant, type Placed } from "./page.ts";

type Value = { readonly root: number; readonly plus: number };
/** Bytes from `from` to `to` behind a root, checked together; `host`: the local with the host address of the first. */
export type Group = {
  readonly root: number;
  write: boolean;
  from: number;
  to: number;
  host: number | undefined;
};
export type Access = { readonly group: Group; readonly plus: number };
/** By the expression, the statement or the name of the memory operand. */
export type Accesses = ReadonlyMap<object | string, Access>;
/** What a block hands on. */
export type Known = {
  readonly values: ReadonlyMap<number, Value>;
  readonly sums: ReadonlyMap<string, number>;
  readonly groups: readonly Group[];
};

/** The root of constants. */
const nothing = 0;
/** The root of the page's address. */
const page = 1;
const mostBytes = 1024;
const farthest = 2 ** 30;
export const knowNothing: Known = { values: new Map(), sums: new Map(), groups: [] };

export class Addresses {
  readonly #isa: Isa;
  #values = new Map<number, Value>();
  #sums = new Map<string, number>();
  #groups: Group[] = [];
  #fresh = page + 1;
  #placed!: Placed;
  #temps = new Map<number, Value | undefined>();
  #found = new Map<object | string, Access>();
  /** Groups that the present block has begun. */
  #begun: Group[] = [];

  constructor(isa: Isa) {
    this.#isa = isa;
  }

  known(): Known {
    return {
      values: new Map(this.#values),
      sums: new Map(this.#sums),
      groups: [...this.#groups, ...this.#begun],
    };
  }

  /** The accesses of each instruction of a block, which begins with what is known. */
  block(placed: readonly Placed[], known: Known): readonly Accesses[] {
    this.#values = new Map(known.values);
    this.#sums = new Map(known.sums);
    this.#groups = known.groups.filter(({ host }) => host !== undefined);
    this.#begun = [];
    return placed.map((each) => this.#instruction(each));
  }

  #instruction(placed: Placed): Accesses {
    this.#placed = placed;
    this.#temps.clear();
    this.#found = new Map();
    const { instruction, decoded } = placed;
    for (const name of updatedOperands(instruction)) {
      const place = instruction.operands[name];
      if (place?.in === "memory") this.#access(name, this.#memory(decoded), place.width, true);
    }
    for (const statement of instruction.meaning) this.#statement(statement, instruction);
    return this.#found;
  }

  #statement(statement: Statement, instruction: Instruction): void {
    switch (statement.do) {
      case "let":
        this.#temps.set(statement.temp.temp, this.#value(statement.value));
        return;
      case "set": {
        const value = this.#value(statement.value);
        const { operand } = statement.operand;
        const place = instruction.operands[operand]!;
        if (place.in === "memory" && !this.#found.has(operand))
          this.#access(operand, this.#memory(this.#placed.decoded), place.width, true);
        if (place.in !== "register") return;
        const writes = place.writes ?? place.width;
        this.#write(this.#placed.decoded[place.field], writes, place.type === "i64" ? value : undefined);
        return;
      }
      case "put": {
        const { cell, value } = statement;
        const known = this.#value(value);
        this.#write(cell.offset, typeBytes[cell.type], cell.type === "i64" ? known : undefined);
        return;
      }
      case "store": {
        this.#value(statement.value);
        this.#access(statement, this.#value(statement.address), statement.size, true);
        return;
      }
      case "flags":
        for (const value of statement.values) this.#value(value);
        for (const { offset } of this.#isa.flagCells?.values ?? []) this.#write(offset, 8, undefined);
        return;
      case "if":
        this.#value(statement.condition);
        for (const side of [statement.then, statement.else])
          for (const each of side) this.#forget(each, instruction);
        return;
      default:
    }
  }

  /** What a statement that may be executed changes is unknown afterwards. */
  #forget(statement: Statement, instruction: Instruction): void {
    if (statement.do === "let") this.#temps.set(statement.temp.temp, undefined);
    if (statement.do === "put") this.#write(statement.cell.offset, typeBytes[statement.cell.type], undefined);
    if (statement.do === "set") {
      const place = instruction.operands[statement.operand.operand]!;
      if (place.in === "register")
        this.#write(this.#placed.decoded[place.field], place.writes ?? place.width, undefined);
    }
    if (statement.do !== "if") return;
    for (const side of [statement.then, statement.else])
      for (const each of side) this.#forget(each, instruction);
  }

  /** Follows an expression; its value if that is known. Notes the accesses in it. */
  #value(value: Expr): Value | undefined {
    switch (value.is) {
      case "operator":
        return this.#operator(value);
      case "const":
        return value.type === "i64" ? constantOf(Number(value.value)) : undefined;
      case "temp":
        return this.#temps.get((value.temp as Temp).temp);
      case "cell":
        return value.type === "i64" ? this.#read(value.cell.offset) : undefined;
      case "pc":
        return { root: page, plus: this.#placed.offset };
      case "next-pc":
        return { root: page, plus: this.#placed.offset + this.#placed.decoded.length };
      case "address":
        return this.#memory(this.#placed.decoded);
      case "load": {
        const address = this.#value(value.args[0]);
        this.#access(value, address, value.size, value.forWrite === true);
        return undefined;
      }
      case "operand": {
        const { operand } = value.operand;
        const place = this.#placed.instruction.operands[operand]!;
        if (place.in === "register")
          return place.type === "i64" && place.width === 8
            ? this.#read(this.#placed.decoded[place.field])
            : undefined;
        if (place.in === "immediate") return constantOf(foldConstant(value, this.#placed));
        if (!this.#found.has(operand))
          this.#access(operand, this.#memory(this.#placed.decoded), place.width, false);
        return undefined;
      }
      case "either":
        this.#value(value.args[0]);
        return undefined;
      case "select":
      case "call":
      case "lane":
        for (const arg of value.args) this.#value(arg);
        return undefined;
      default:
        return undefined;
    }
  }

  #operator(value: Expr & { is: "operator" }): Value | undefined {
    const args = value.args.map((arg) => this.#value(arg));
    const [left, right] = args;
    if (left === undefined || right === undefined) return undefined;
    if (value.name === "i64.sub" && right.root === nothing) return sum(left, -right.plus);
    if (value.name !== "i64.add") return undefined;
    if (right.root === nothing) return sum(left, right.plus);
    return left.root === nothing ? sum(right, left.plus) : undefined;
  }

  /** A memory operand's address; `OperandPlace` says how it is made. */
  #memory({ base, index, scale, displacement, segment, length }: Decoded): Value | undefined {
    const start =
      base === this.#isa.pc.offset ? { root: page, plus: this.#placed.offset + length } : this.#read(base);
    if (segment !== 0) return undefined;
    if (index === 0) return sum(start, displacement);
    const other = this.#read(index);
    const root = this.#sum(`${start.root} ${other.root} ${scale}`);
    return sum({ root, plus: start.plus + displacement }, other.plus * 2 ** scale);
  }
  #sum(key: string): number {
    const known = this.#sums.get(key) ?? this.#fresh++;
    this.#sums.set(key, known);
    return known;
  }

  #read(offset: number): Value {
    if (offset === 0) return { root: nothing, plus: 0 };
    const known = this.#values.get(offset) ?? { root: this.#fresh++, plus: 0 };
    this.#values.set(offset, known);
    return known;
  }

  #write(offset: number, bytes: number, value: Value | undefined): void {
    for (const known of this.#values.keys())
      if (known < offset + bytes && offset < known + 8) this.#values.delete(known);
    if (value !== undefined && bytes === 8) this.#values.set(offset, value);
  }

  #access(key: object | string, address: Value | undefined, bytes: number, write: boolean): void {
    if (address === undefined || this.#found.has(key)) return;
    const { root, plus } = address;
    const from = plus;
    const to = plus + bytes;
    const checked = this.#groups.find(
      (group) => group.root === root && (group.write || !write) && group.from <= from && to <= group.to,
    );
    if (checked !== undefined) {
      this.#found.set(key, { group: checked, plus });
      return;
    }
    let group = this.#begun.find(
      (begun) => begun.root === root && Math.max(begun.to, to) - Math.min(begun.from, from) <= mostBytes,
    );
    if (group === undefined) {
      group = { root, write, from, to, host: undefined };
      this.#begun.push(group);
    }
    group.write ||= write;
    group.from = Math.min(group.from, from);
    group.to = Math.max(group.to, to);
    this.#found.set(key, { group, plus });
  }
}

function sum({ root, plus }: Value, more: number): Value | undefined {
  return Math.abs(plus + more) > farthest ? undefined : { root, plus: plus + more };
}
const constantOf = (value: number | undefined): Value | undefined =>
  value === undefined || Math.abs(value) > farthest ? undefined : { root: nothing, plus: value };
