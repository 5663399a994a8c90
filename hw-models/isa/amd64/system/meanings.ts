/** Meanings of system instructions: short ones in full, the others as a call of what `customs.ts` names. */
import {
  constant,
  custom,
  get,
  i32,
  i64,
  load,
  name,
  put,
  read,
  select,
  set,
  trap,
  when,
} from "../../../meaning/build.ts";
import type { Cell, Expr } from "../../../meaning/expression.ts";
import type { Statement } from "../../../meaning/statement.ts";
import { legacyStack, longStack, pushValue, type Stack } from "../move.ts";
import type { Form, Meaning } from "../row.ts";
import * as x86 from "../state.ts";
import { CR4, RFLAGS, Vector } from "./registers.ts";

type Word = Expr<"i64">;
const word = (value: number): Word => constant("i64", value);
const refuse = trap(Vector.generalProtection);
const invalid = trap(Vector.invalidOpcode);
/** The custom of that name, with constants. */
export const call =
  (custom_: string, ...values: number[]): Meaning =>
  () => [custom(custom_, ...values.map(word))];
/** With the memory operand's address, and constants. */
export const atAddress =
  (custom_: string, ...values: number[]): Meaning =>
  (f) => [custom(custom_, f.address(0), ...values.map(word))];
/** With the first operand's value. */
export const ofValue =
  (custom_: string, ...values: number[]): Meaning =>
  (f) => [custom(custom_, f.read(0), ...values.map(word))];

const iopl = i32.shr_u(i32.and(i32.wrap_i64(get(x86.systemFlags)), RFLAGS.IOPL), 12);
/** CLI. Nothing that waits has to look again. */
export const clearInterrupts: Meaning = () => [
  when(
    i32.gt_s(get(x86.cpl), iopl),
    [refuse],
    [put(x86.systemFlags, i64.and(get(x86.systemFlags), ~BigInt(RFLAGS.IF)))],
  ),
];
export const interruptNumber: Meaning = (f) => [custom("softwareInterrupt", i64.and(f.read(0), 255))];

// Segment registers and descriptor tables.

const segmentNumber = (f: Form, position: number): Word => i64.and(f.number(position), 7);
/** The selector of the segment register whose number is a constant of the instruction. */
const selectorOf = (number: Word): Word =>
  x86.selectors.reduce<Word>(
    (others, cell, index) => select(i64.eq(number, index), i64.extend_i32_u(get(cell)), others),
    word(0),
  );
export const fromSegment: Meaning = (f) => [f.write(0, selectorOf(segmentNumber(f, 1)))];
export const toSegment: Meaning = (f) => [custom("loadSegment", segmentNumber(f, 0), f.read(1))];
export const pushSegment =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  (f) =>
    pushValue(stack, bytes, selectorOf(f.number(0)));
export const popSegment =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  (f) => [custom("popSegment", f.number(0), load(bytes, false, stack.at(0)), word(bytes))];
export { legacyStack, longStack };

/** A far pointer in memory: offset, then selector. */
function farPointer(address: Word, bytes: 2 | 4 | 8): { is: Statement[]; offset: Word; selector: Word } {
  const offset = name(load(bytes, false, address));
  const selector = name(load(2, false, i64.add(address, bytes)));
  return { is: [offset.is, selector.is], offset: offset.value, selector: selector.value };
}
export const loadFarPointer =
  (segment: number, bytes: 2 | 4 | 8): Meaning =>
  (f) => {
    const { is, offset, selector } = farPointer(f.address(1), bytes);
    return [...is, custom("loadFarPointer", word(segment | (bytes << 4)), selector, f.place(0), offset)];
  };
export const farIndirect =
  (custom_: "farJump" | "farCall", bytes: 2 | 4 | 8): Meaning =>
  (f) => {
    const { is, offset, selector } = farPointer(f.address(0), bytes);
    return [...is, custom(custom_, selector, offset, word(bytes))];
  };
/** "ptr16:32" is one immediate of 64 bits, "ptr16:16" of 32. */
export const farDirect =
  (custom_: "farJump" | "farCall", bytes: 2 | 4): Meaning =>
  (f) => {
    const selector = i64.and(i64.shr_u(f.read(0), bytes * 8), 0xffff);
    const offset = i64.and(f.read(0), bytes === 2 ? 0xffffn : 0xffffffffn);
    return [custom(custom_, selector, offset, word(bytes))];
  };
export const farReturn =
  (bytes: 2 | 4 | 8): Meaning =>
  (f) => [custom("farReturn", word(bytes), f.count > 0 ? i64.and(f.read(0), 0xffff) : word(0))];

/** LAR and LSL. */
export const describe =
  (custom_: string): Meaning =>
  (f) => [custom(custom_, f.place(0), f.read(1), word(f.bits()))];
const isHidden = i32.and(i32.eq(get(x86.cpl), 3), i64.ne(i64.and(get(x86.cr4), CR4.UMIP), 0));
/** SLDT, STR, SMSW. */
export const storeWord =
  (value: Word): Meaning =>
  (f) => [when(isHidden, [refuse], [f.write(0, f.isMemory(0) ? i64.and(value, 0xffff) : value)])];
export const localTable = i64.extend_i32_u(get(x86.ldtSelector));
export const task = i64.extend_i32_u(get(x86.trSelector));
export const statusWord = get(x86.cr0);

// Registers.

/** MOV from and to control and debug registers, of 4 or 8 bytes. */
export const fromSpecial =
  (custom_: string): Meaning =>
  (f) => [custom(custom_, f.place(0), f.number(1), word(f.bits() / 8))];
export const toSpecial =
  (custom_: string): Meaning =>
  (f) => [custom(custom_, f.number(0), f.read(1))];
export const clearTaskSwitched: Meaning = () => [put(x86.cr0, i64.and(get(x86.cr0), ~8n))];

const pairs = (segment: number): readonly Cell<"i64">[] =>
  x86.segmentPairs.map((ofSize) => ({ name: "base", type: "i64", offset: ofSize[segment]! }));
const baseOf = (segment: number): Cell<"i64"> => pairs(segment)[2]!;
const putBase = (segment: number, value: Word): Statement[] => pairs(segment).map((cell) => put(cell, value));
/** The border between program and kernel is crossed with this one: no custom. */
export const swapgs: Meaning = () => {
  const old = name(get(baseOf(x86.GS)));
  const fresh = name(get(x86.kernelGsBase));
  return [old.is, fresh.is, ...putBase(x86.GS, fresh.value), put(x86.kernelGsBase, old.value)];
};
const baseInstructions = i64.eqz(i64.and(get(x86.cr4), CR4.FSGSBASE));
export const readBase =
  (segment: number): Meaning =>
  (f) => [when(baseInstructions, [invalid], [f.write(0, get(baseOf(segment)))])];
export const writeBase =
  (segment: number): Meaning =>
  (f) => {
    const value = name(f.read(0));
    const isCanonical = i64.eq(i64.shr_s(i64.shl(value.value, 16), 16), value.value);
    return [
      value.is,
      when(baseInstructions, [invalid], [when(isCanonical, putBase(segment, value.value), [refuse])]),
    ];
  };
export const readProcessor: Meaning = (f) => [f.write(0, get(x86.tscAux))];
export const writeExtended: Meaning = () => [
  custom("writeExtended", i64.or(i64.shl(get(x86.rdx), 32), i64.extend_i32_u(i32.wrap_i64(get(x86.rax))))),
];
export const refused: Meaning = () => [refuse];

// Ports.

const portOf = (f: Form, position: number): Word =>
  f.isImmediate(position) ? i64.and(f.read(position), 255) : f.read(position);
export const input: Meaning = (f) => [custom("readPort", portOf(f, 1), word(f.bits() / 8))];
export const output: Meaning = (f) => [custom("writePort", portOf(f, 0), word(f.bits(1) / 8))];
export const portString =
  (custom_: string, bytes: 1 | 2 | 4, isRepeated: boolean): Meaning =>
  (f) => [custom(custom_, word(bytes), f.segmentPair(), word(isRepeated ? 1 : 0))];

// What is left of the x87 unit: its control words.

const controlInitial = 0x37f;
export const fninit: Meaning = () => [
  put(x86.x87Control, controlInitial),
  put(x86.x87Status, 0),
  put(x86.x87Tags, 0),
];
/** Exception flags, summary and busy bit. */
export const fnclex: Meaning = () => [put(x86.x87Status, i32.and(get(x86.x87Status), 0x7f00))];
export const fldcw: Meaning = (f) => [put(x86.x87Control, i32.or(i32.and(read(f.i32(0)), 0x1f3f), 0x40))];
export const fnstcw: Meaning = (f) => [set(f.i32(0), get(x86.x87Control))];
export const fnstsw: Meaning = (f) =>
  f.isMemory(0) ? [set(f.i32(0), get(x86.x87Status))] : [f.write(0, i64.extend_i32_u(get(x86.x87Status)))];
export const emms: Meaning = () => [put(x86.x87Tags, 0)];
export const nothing: Meaning = () => [];
/** CLFLUSH reads, as far as faults go. */
export const flushLine: Meaning = (f) => [name(load(1, false, f.address(0))).is];
