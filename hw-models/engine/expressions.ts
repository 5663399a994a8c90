/**
 * Lowers expressions of meanings to WebAssembly. What both tiers have in common stands here and, for statements, in
 * `lower.ts`. Where an operand is and what an access to guest memory costs are the tier's business: the abstract
 * methods. Each of them writes code that leaves a value on WebAssembly's stack.
 */
import type { Instruction, Isa, OperandPlace } from "../isa/isa.ts";
import type { Cell, Expr, Operand, Size, Temp, Type } from "../meaning/expression.ts";
import { type Operator, scalarOperators, vectorOperators } from "../meaning/operators.ts";
import type { Code } from "../wasm/code.ts";
import { laneOpcodes, op } from "../wasm/opcodes.ts";
import { emitLoad } from "./access.ts";
import { emitConstant } from "./constants.ts";
import { foldSmall } from "./fold.ts";
import { Locals } from "./locals.ts";

export type MemoryPlace = OperandPlace & { in: "memory" };
export type RegisterPlace = OperandPlace & { in: "register" };
export type ImmediatePlace = OperandPlace & { in: "immediate" };

/** A host address: a local, and a constant on top. */
export type Host = { readonly local: number; readonly offset: number };

const scalars: Readonly<Record<string, Operator>> = scalarOperators;
const vectors: Readonly<Record<string, Operator>> = vectorOperators;

export abstract class ExpressionLowering {
  readonly isa: Isa;
  code: Code;
  locals: Locals;
  protected instruction!: Instruction;
  /** Host addresses of memory operands that are read and then set. */
  protected readonly hosts = new Map<string, Host>();
  readonly #temps = new Map<number, number>();
  /** Temporaries that are constants. */
  readonly #constants = new Map<number, number>();

  constructor(isa: Isa, code: Code) {
    this.isa = isa;
    this.code = code;
    this.locals = new Locals(code);
  }

  protected abstract readRegister(place: RegisterPlace): void;
  protected abstract immediate(place: ImmediatePlace): void;
  protected abstract readCell(cell: Cell): void;
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
  protected abstract flag(name: string): void;
  protected abstract callHelper(name: string, args: () => void): void;
  /** What a tier knows of locals may hold on one side of a condition only. */
  protected fork(): void {}
  protected alternate(): void {}
  protected join(): void {}

  /** A new instruction. */
  protected begin(instruction: Instruction): void {
    this.instruction = instruction;
    this.locals.reset();
    this.#temps.clear();
    this.#constants.clear();
    this.hosts.clear();
  }

  place(operand: Operand): OperandPlace {
    const place = this.instruction.operands[operand.operand];
    if (place === undefined) throw new Error(`${this.instruction.name}: no operand ${operand.operand}`);
    return place;
  }

  bindTemp(temp: Temp, local: number): void {
    this.#temps.set(temp.temp, local);
  }

  /** Gives the value on the stack to a temporary. */
  protected let({ temp, type }: Temp, value: Expr): void {
    // A second let of the same temporary changes it, perhaps on one side of a condition only.
    const constant = this.#temps.has(temp) ? undefined : this.fold(value);
    if (constant === undefined) this.#constants.delete(temp);
    else this.#constants.set(temp, constant);
    const local = this.#temps.get(temp) ?? this.locals.take(type);
    this.code.set(local);
    this.#temps.set(temp, local);
  }

  protected fold(value: Expr): number | undefined {
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
    if (local === undefined) throw new Error(`${this.instruction.name}: a temporary is used before its let`);
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
        const host = this.hosts.get(operand) ?? this.known(operand, () => this.address(place));
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
