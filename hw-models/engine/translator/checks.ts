/**
 * Looks at the software TLB in units, and leaves to the interpreter with a packed place (`exits.ts`) where it does not
 * know the page. What is found is an address in the host's memory.
 */
import type { Size } from "../../meaning/expression.ts";
import type { Code } from "../../wasm/code.ts";
import { i32, i64, memory, op } from "../../wasm/opcodes.ts";
import { pageBytes, tlb } from "../layout.ts";
import type { Locals } from "../locals.ts";
import { emitHostAddress, emitTags, emitTlbEntry } from "../lookups.ts";
import type { Exits } from "./exits.ts";
import { parameters } from "./signature.ts";

export class Checks {
  readonly #code: Code;
  readonly #locals: Locals;
  readonly #exits: Exits;
  /** Offset from the CPU of the banks for the unit's mode. */
  readonly #bank: number;

  constructor(code: Code, locals: Locals, exits: Exits, bank: number) {
    this.#code = code;
    this.#locals = locals;
    this.#exits = exits;
    this.#bank = bank;
  }

  /** Leaves where the bytes are whose address is in a local. */
  access(packed: number, address: number, size: Size, write: boolean): void {
    const code = this.#code;
    const bank = this.#bankFor(write);
    const entry = this.#entry(address, tlb.entries);
    code.i32(packed);
    code.get(entry);
    emitTags(code, bank, address, size);
    code.byte(i64.ne);
    this.#missIf();
    emitHostAddress(code, entry, bank, address);
  }

  /**
   * Sets the local `host` for the address that is left on the stack. From the page's beginning to behind the last of the bytes, of which
   * there are n, it must not be farther than the entry reaches. With a tag of page | 0xfff that is
   * address + n + 0xffe - tag < reach. Neighbouring pages have entries of their own.
   */
  group(packed: number, address: () => void, bytes: number, write: boolean, host: number): void {
    const code = this.#code;
    const bank = this.#bankFor(write);
    const first = this.#locals.take("i64");
    address();
    code.set(first);
    const entry = this.#entry(first, tlb.entries);
    code.i32(packed);
    code.get(first);
    code.i64Small(bytes + pageBytes - 2);
    code.byte(i64.add);
    code.get(entry);
    code.loadI64(bank);
    code.byte(i64.sub);
    code.get(entry);
    code.access(memory.i64Load32U, bank + 12);
    code.byte(i64.geU);
    this.#missIf();
    emitHostAddress(code, entry, bank, first);
    code.set(host);
  }

  /** The fetch TLB must say that the page at the address on the stack is decoded in these slots. */
  code(packed: number, slots: number): void {
    const code = this.#code;
    const address = this.#locals.take("i64");
    const bank = this.#bank + tlb.fetch;
    code.set(address);
    const entry = this.#entry(address, tlb.fetchEntries);
    code.i32(packed);
    code.get(entry);
    emitTags(code, bank, address);
    code.byte(i64.ne);
    code.get(entry);
    code.loadI32(bank + 8);
    code.i32(slots);
    code.byte(i32.ne);
    code.byte(i32.or);
    this.#missIf();
  }

  #bankFor(write: boolean): number {
    return this.#bank + (write ? tlb.write : tlb.read);
  }

  /** A local with the address of the TLB entry of the address in a local, without the bank's offset. */
  #entry(address: number, entries: number): number {
    const entry = this.#locals.take("i32");
    emitTlbEntry(this.#code, parameters.cpu, address, entries);
    this.#code.set(entry);
    return entry;
  }

  /** The packed place is on the stack, and above it whether to leave with it. */
  #missIf(): void {
    this.#code.brIf(this.#exits.miss);
    this.#code.byte(op.drop);
  }
}
