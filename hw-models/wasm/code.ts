/**
 * Writes one function body: locals, structured control with labels that stay valid while depth changes, constants,
 * memory access. It checks nothing; the engine's tests read back what it wrote with a parser.
 */
import type { Type } from "../meaning/operators.ts";
import { Bytes } from "./bytes.ts";
import { memory, noResult, op, valueTypes, vectorMemory } from "./opcodes.ts";

/** A block that can be left (or a loop that can be repeated): its depth. */
export type Label = number;

export class Code extends Bytes {
  readonly #locals: Type[] = [];
  readonly #parameters: number;
  depth = 0;

  constructor(parameters: number, capacity = 256) {
    super(capacity);
    this.#parameters = parameters;
  }

  local(type: Type): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  get(local: number): void {
    this.byte(op.localGet);
    this.u32(local);
  }
  set(local: number): void {
    this.byte(op.localSet);
    this.u32(local);
  }
  tee(local: number): void {
    this.byte(op.localTee);
    this.u32(local);
  }

  i32(value: number): void {
    this.byte(op.i32Const);
    this.s32(value);
  }
  i64(high: number, low: number): void {
    this.byte(op.i64Const);
    this.s64(high, low);
  }
  /** A small i64 constant. */
  i64Small(value: number): void {
    this.i64(value >> 31, value);
  }

  /** A scalar operator; codes above 0xff hold a prefix. */
  operator(opcode: number): void {
    if (opcode > 0xff) this.byte(opcode >> 8);
    this.byte(opcode & 0xff);
  }

  /** A vector operator, behind its prefix. */
  vector(opcode: number): void {
    this.byte(op.vector);
    this.u32(opcode);
  }

  /** A load or store with an offset; alignment hints are one byte, as nothing of the guest is known to be aligned. */
  access(opcode: number, offset = 0): void {
    this.byte(opcode);
    this.byte(0);
    this.u32(offset);
  }
  vectorAccess(opcode: number, offset = 0): void {
    this.vector(opcode);
    this.byte(0);
    this.u32(offset);
    if (opcode === vectorMemory.v128Store32Lane || opcode === vectorMemory.v128Store64Lane) this.byte(0);
  }
  loadI32(offset: number): void {
    this.access(memory.i32Load, offset);
  }
  loadI64(offset: number): void {
    this.access(memory.i64Load, offset);
  }
  storeI32(offset: number): void {
    this.access(memory.i32Store, offset);
  }
  storeI64(offset: number): void {
    this.access(memory.i64Store, offset);
  }

  #open(opcode: number, result: Type | undefined): Label {
    this.byte(opcode);
    this.byte(result === undefined ? noResult : valueTypes[result]);
    return ++this.depth;
  }
  block(result?: Type): Label {
    return this.#open(op.block, result);
  }
  loop(): Label {
    return this.#open(op.loop, undefined);
  }
  if(result?: Type): Label {
    return this.#open(op.if, result);
  }
  else(): void {
    this.byte(op.else);
  }
  end(): void {
    this.byte(op.end);
    this.depth--;
  }

  br(label: Label): void {
    this.byte(op.br);
    this.u32(this.depth - label);
  }
  brIf(label: Label): void {
    this.byte(op.brIf);
    this.u32(this.depth - label);
  }
  brTable(labels: readonly Label[], otherwise: Label): void {
    this.byte(op.brTable);
    this.u32(labels.length);
    for (const label of labels) this.u32(this.depth - label);
    this.u32(this.depth - otherwise);
  }
  call(index: number): void {
    this.byte(op.call);
    this.u32(index);
  }
  callIndirect(type: number): void {
    this.byte(op.callIndirect);
    this.u32(type);
    this.byte(0);
  }

  /** Instead of returning. */
  returnCallIndirect(type: number): void {
    this.byte(op.returnCallIndirect);
    this.u32(type);
    this.byte(0);
  }

  /** The body as the code section wants it: size, locals in runs of one type, instructions, end. */
  appendTo(section: Bytes): void {
    const runs = new Bytes(16);
    let count = 0;
    for (let index = 0; index < this.#locals.length; count++) {
      const type = this.#locals[index]!;
      const first = index;
      while (this.#locals[index] === type) index++;
      runs.u32(index - first);
      runs.byte(valueTypes[type]);
    }
    const head = new Bytes(8);
    head.u32(count);
    section.u32(head.length + runs.length + this.length + 1);
    section.append(head);
    section.append(runs);
    section.append(this);
    section.byte(op.end);
  }
}
