/**
 * Lowers statements of meanings, and so whole meanings, to WebAssembly; `expressions.ts` has what they are made of. What a
 * store costs and how an instruction is left are the tier's business: the abstract methods. Each of them writes code.
 */
import type { FlagCells, Instruction } from "../isa/isa.ts";
import type { Cell, Expr, Operand, Size, Type } from "../meaning/expression.ts";
import type { Statement } from "../meaning/statement.ts";
import { emitStore } from "./access.ts";
import { ExpressionLowering, type Host, type MemoryPlace, type RegisterPlace } from "./expressions.ts";
import { updatedOperands } from "./updated.ts";

export abstract class Lowering extends ExpressionLowering {
  protected abstract writeRegister(place: RegisterPlace, value: () => void): void;
  protected abstract writeCell(cell: Cell, value: () => void): void;
  protected abstract store(address: number, size: Size, type: Type, value: () => void): void;
  /** After a store to an address that `translate` gave for writing. */
  protected abstract stored(host: number): void;
  protected abstract flags(cells: FlagCells, kind: number, values: readonly Expr<"i64">[]): void;
  protected abstract jump(target: Expr<"i64">): void;
  protected abstract trap(cause: number, value: Expr<"i64">): void;
  protected abstract custom(index: number, values: readonly Expr<"i64">[]): void;

  /** A tier may have a shorter form for a conditional statement; true if it wrote it. */
  protected branch(_statement: Statement & { do: "if" }): boolean {
    return false;
  }
  /** Before the sides of a condition are written. */
  protected beforeFork(_statement: Statement & { do: "if" }): void {}

  /** Writes the whole meaning. True if its end can be reached. */
  meaning(instruction: Instruction): boolean {
    this.begin(instruction);
    for (const name of updatedOperands(instruction)) {
      const place = instruction.operands[name] as MemoryPlace;
      const known = this.known(name, () => this.address(place));
      if (known !== undefined) {
        this.hosts.set(name, known);
        continue;
      }
      const address = this.locals.take("i64");
      this.address(place);
      this.code.set(address);
      this.translate(address, place.width, true);
      const host = this.locals.take("i32");
      this.code.set(host);
      this.hosts.set(name, { local: host, offset: 0 });
    }
    return this.statements(instruction.meaning);
  }

  statements(list: readonly Statement[]): boolean {
    let falls = true;
    for (const statement of list) {
      if (!falls) throw new Error(`${this.instruction.name}: a statement follows a jump, trap or custom`);
      falls = this.#statement(statement);
    }
    return falls;
  }

  #statement(statement: Statement): boolean {
    const { code } = this;
    switch (statement.do) {
      case "let": {
        this.expression(statement.value);
        this.let(statement.temp, statement.value);
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
        const constant = this.fold(statement.condition);
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
    if (place.in !== "memory") throw new Error(`${this.instruction.name}: an immediate is set`);
    const host = this.hosts.get(operand.operand);
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
}
