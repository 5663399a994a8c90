/**
 * An arm of the central loop, for memory operands without a segment; whatever is not fast leaves the arm, and the
 * instruction is executed again from its start, out of line. That is sound because nothing has changed by then
 * (`meaning/statement.ts`), and it pays: without calls V8 keeps the loop's locals in registers.
 */
import type { Expr, Size, Type } from "../meaning/expression.ts";
import type { Code, Label } from "../wasm/code.ts";
import { i32, i64 } from "../wasm/opcodes.ts";
import { emitStore } from "./access.ts";
import { emitPc, HandlerLowering } from "./handlers.ts";
import type { Functions } from "./interpreter-context.ts";
import { pageShift, tlb } from "./layout.ts";
import { emitHostAddress } from "./lookups.ts";

/** Locals and labels of the central loop that its arms use. */
export type Central = {
  readonly slot: number;
  readonly delta: number;
  readonly bank: number;
  readonly fuel: number;
  /** Executes the instruction out of line. */
  readonly away: Label;
  /** Looks up the pc cell again; the fuel comes from its cell. */
  readonly reload: Label;
  /** A jump goes on at the slot in local `slot`. */
  readonly target: Label;
};

export class InlineLowering extends HandlerLowering {
  readonly #central: Central;
  readonly #slotShift: number;

  constructor(context: Functions, code: Code, slotShift: number, central: Central) {
    super(context, code, central.slot, central.bank);
    this.#central = central;
    this.#slotShift = slotShift;
  }

  protected override pc(): void {
    emitPc(this.code, this.#central.delta, this.#central.slot, this.#slotShift);
  }

  protected override translate(address: number, size: Size, write: boolean): void {
    const { code } = this;
    const entry = this.locals.take("i32");
    const offset = write ? tlb.write : tlb.read;
    this.hit(address, size, entry, offset);
    code.byte(i32.eqz);
    code.brIf(this.#central.away);
    emitHostAddress(code, entry, offset, address);
  }

  protected override store(address: number, size: Size, type: Type, value: () => void): void {
    this.translate(address, size, true);
    value();
    emitStore(this.code, type, size, 0);
  }
  /** What was translated is RAM: the store has been done. */
  protected override stored(): void {}

  protected override jump(target: Expr<"i64">): void {
    const { code } = this;
    const central = this.#central;
    // slot' = (target - delta) << shift, if that is in the same page of slots.
    const to = this.locals.take("i64");
    this.expression(target);
    code.get(central.delta);
    code.byte(i64.sub);
    code.tee(to);
    code.get(central.slot);
    code.i32(this.#slotShift);
    code.byte(i32.shrU);
    code.byte(i64.extendU);
    code.byte(i64.xor);
    code.i64Small(pageShift);
    code.byte(i64.shrU);
    code.byte(i64.eqz);
    code.if();
    code.get(to);
    code.byte(i32.wrap);
    code.i32(this.#slotShift);
    code.byte(i32.shl);
    code.set(central.slot);
    code.br(central.target);
    code.end();
    this.writeCell(this.isa.pc, () => {
      code.get(to);
      code.get(central.delta);
      code.byte(i64.add);
    });
    code.get(0);
    code.get(central.fuel);
    code.storeI32(this.context.cpu.fuel);
    code.br(central.reload);
  }

  protected override trap(): void {
    this.code.br(this.#central.away);
  }
  protected override custom(): void {
    this.code.br(this.#central.away);
  }
}
