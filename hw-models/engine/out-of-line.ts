/**
 * A function for an instruction, complete: misses of the software TLB, traps and customs call TypeScript (`cpu.ts`). It
 * answers 1 if the pc cell says where to go on, 0 if the next slot does.
 */
import type { Expr, Size, Type } from "../meaning/expression.ts";
import type { Code } from "../wasm/code.ts";
import { i32, i64, op } from "../wasm/opcodes.ts";
import { emitStore } from "./access.ts";
import type { MemoryPlace } from "./expressions.ts";
import { HandlerLowering } from "./handlers.ts";
import { accessForWrite, type Functions } from "./interpreter-context.ts";
import { slot, tlb } from "./layout.ts";
import { emitHostAddress } from "./lookups.ts";

/** Parameters: the CPU's address, the slot's, the bank's. */
export const outOfLine = { takes: ["i32", "i32", "i32"], slot: 1, bank: 2 } as const;

export class OutOfLineLowering extends HandlerLowering {
  constructor(context: Functions, code: Code) {
    super(context, code, outOfLine.slot, outOfLine.bank);
  }

  /** It was noted. */
  protected override pc(): void {
    this.code.get(0);
    this.code.loadI64(this.context.cpu.instructionPc);
  }

  protected override address(place: MemoryPlace): void {
    const { code } = this;
    super.address(place);
    this.register(slot.segment);
    code.loadI64(8);
    code.byte(i64.and);
    this.register(slot.segment);
    code.loadI64(0);
    code.byte(i64.add);
  }

  /** Says that the pc cell is right. */
  #leave(): void {
    this.code.i32(1);
    this.code.byte(op.return);
  }
  /** Leaves if the slow path's answer, on the stack, is that it entered a trap. */
  #leaveIfZero(): void {
    const { code } = this;
    code.byte(i32.eqz);
    code.if();
    this.#leave();
    code.end();
  }

  /** The address as the slow paths take it, and what they are told. */
  #slowCall(address: number, info: number, slow: number): void {
    emitHalves(this.code, address);
    this.code.i32(info);
    this.code.call(slow);
  }

  protected override translate(address: number, size: Size, write: boolean): void {
    const { code } = this;
    const entry = this.locals.take("i32");
    const offset = write ? tlb.write : tlb.read;
    this.hit(address, size, entry, offset);
    code.if("i32");
    emitHostAddress(code, entry, offset, address);
    code.else();
    this.#slowCall(address, size | (write ? accessForWrite : 0), this.context.slow.access);
    code.tee(entry);
    this.#leaveIfZero();
    code.get(entry);
    code.end();
  }

  protected override store(address: number, size: Size, type: Type, value: () => void): void {
    const { code } = this;
    const entry = this.locals.take("i32");
    this.hit(address, size, entry, tlb.write);
    code.if();
    emitHostAddress(code, entry, tlb.write, address);
    value();
    emitStore(code, type, size, 0);
    code.else();
    code.get(0);
    value();
    emitStore(code, type, size, this.context.cpu.scratch);
    this.#slowCall(address, size, this.context.slow.store);
    this.#leaveIfZero();
    code.end();
  }

  /** A host address in the CPU's own scratch bytes means that the store is yet to be done. */
  protected override stored(host: number): void {
    const { code } = this;
    code.get(host);
    code.get(0);
    code.i32(this.context.cpu.scratch);
    code.byte(i32.add);
    code.byte(i32.eq);
    code.if();
    code.call(this.context.slow.commit);
    code.end();
  }

  protected override jump(target: Expr<"i64">): void {
    this.writeCell(this.isa.pc, () => this.expression(target));
    this.#leave();
  }

  protected override trap(cause: number, value: Expr<"i64">): void {
    const local = this.addressLocal(value);
    this.code.i32(cause);
    emitHalves(this.code, local);
    this.code.call(this.context.slow.trap);
    this.#leave();
  }

  protected override custom(index: number, values: readonly Expr<"i64">[]): void {
    const { code } = this;
    values.forEach((value, at) => {
      code.get(0);
      this.expression(value);
      code.storeI64(this.context.cpu.scratch + 8 * at);
    });
    code.i32(index);
    code.call(this.context.slow.custom);
    this.#leave();
  }
}

/** Lower and upper half of an i64 in a local: numbers for TypeScript. */
function emitHalves(code: Code, local: number): void {
  code.get(local);
  code.byte(i32.wrap);
  code.get(local);
  code.i64Small(32);
  code.byte(i64.shrU);
  code.byte(i32.wrap);
}
