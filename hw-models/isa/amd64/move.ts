/** Meanings that move data: loads, stores, extensions, conditional moves, the stack, the flags register. */
import {
  constant,
  custom,
  flag,
  get,
  i32,
  i64,
  load,
  name,
  put,
  read,
  select,
  store,
  when,
} from "../../meaning/build.ts";
import type { Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { implicit, putImplicit } from "./alu.ts";
import { ARITHMETIC, setStatus, signExtend, truncate, type Width } from "./flags.ts";
import type { Form, Meaning } from "./row.ts";
import { cpl, rax, rbp, rbx, rdx, rsp, stackBase, stackMask, systemFlags } from "./state.ts";

type Word = Expr<"i64">;

export const mov: Meaning = (f) => [f.write(0, f.source(1))];
/** MOVSX and MOVSXD. */
export const movsx: Meaning = (f) => [f.write(0, read(f.signed(1)))];
export const movzx: Meaning = (f) => [f.write(0, f.read(1))];
export const lea: Meaning = (f) => [f.write(0, f.address(1))];

/** "MOV AL, moffs8": the address is the immediate. */
export const movFromOffset: Meaning = (f) => [
  f.write(0, load((f.bits() / 8) as 1, false, i64.add(f.read(1), f.segmentBase()))),
];
export const movToOffset: Meaning = (f) => [
  store((f.bits(1) / 8) as 1, i64.add(f.read(0), f.segmentBase()), f.read(1)),
];
export const xlat: Meaning = (f) => {
  const offset = i64.and(i64.add(get(rbx), implicit(rax, 8)), f.segmentMask());
  return [putImplicit(rax, 8, load(1, false, i64.add(offset, f.segmentBase())))];
};

/** The sixteen conditions in the order of their encoding: the manual's name, and how it comes from the flags. */
const positive: readonly (readonly [string, string, string])[] = [
  ["O", "NO", "OF"],
  ["B", "AE", "CF"],
  ["E", "NE", "ZF"],
  ["BE", "A", "BE"],
  ["S", "NS", "SF"],
  ["P", "NP", "PF"],
  ["L", "GE", "L"],
  ["LE", "G", "LE"],
];
export const conditionCodes: readonly { name: string; holds: () => Expr<"i32"> }[] = positive.flatMap(
  ([yes, no, from]) => [
    { name: yes, holds: () => flag(from) },
    { name: no, holds: () => i32.eqz(flag(from)) },
  ],
);
/** A 32-bit destination's upper half is cleared even if the condition does not hold; the source is always read. */
export const cmov =
  (holds: () => Expr<"i32">): Meaning =>
  (f) => {
    const source = name(f.read(1));
    return [source.is, f.write(0, select(holds(), source.value, f.read(0)))];
  };
export const setcc =
  (holds: () => Expr<"i32">): Meaning =>
  (f) => [f.write(0, holds())];

/** CBW, CWDE, CDQE: the accumulator's lower half, sign-extended. */
export const extendAccumulator =
  (width: 16 | 32 | 64): Meaning =>
  () => [putImplicit(rax, width, signExtend((width / 2) as Width, get(rax)))];
/** CWD, CDQ, CQO: the accumulator's sign fills rDX. */
export const signIntoData =
  (width: 16 | 32 | 64): Meaning =>
  () => [putImplicit(rdx, width, i64.shr_s(signExtend(width, get(rax)), 63))];

/** What a stack operation needs in 64-bit mode, and with a segment and 16 or 32 bits of stack pointer elsewhere. */
export type Stack = {
  /** The linear address `offset` bytes above the stack pointer. */
  at(offset: Word | number): Word;
  /** Moves the stack pointer. */
  move(bytes: Word | number): Statement;
};
export const longStack: Stack = {
  at: (offset) => i64.add(get(rsp), offset),
  move: (bytes) => put(rsp, i64.add(get(rsp), bytes)),
};
export const legacyStack: Stack = {
  at: (offset) => i64.add(i64.and(i64.add(get(rsp), offset), get(stackMask)), get(stackBase)),
  move: (bytes) =>
    put(
      rsp,
      i64.or(
        i64.and(get(rsp), i64.xor(get(stackMask), -1)),
        i64.and(i64.add(get(rsp), bytes), get(stackMask)),
      ),
    ),
};

export const pushValue = (stack: Stack, bytes: 2 | 4 | 8, value: Word): Statement[] => [
  store(bytes, stack.at(-bytes), value),
  stack.move(-bytes),
];
const pushBytes = (f: Form): 2 | 4 | 8 => (f.bits() / 8) as 2;
export const push =
  (stack: Stack): Meaning =>
  (f) => {
    const value = name(f.read(0));
    return [value.is, ...pushValue(stack, pushBytes(f), value.value)];
  };
/** Of an immediate or a segment register, whose width does not tell. */
export const pushOf =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  (f) =>
    pushValue(stack, bytes, f.read(0));
/** Into memory the address is that after the increment; the decoder added it, if the base is rSP. */
export const pop =
  (stack: Stack): Meaning =>
  (f) => {
    const value = name(load(pushBytes(f), false, stack.at(0)));
    const writes = [f.write(0, value.value), stack.move(pushBytes(f))];
    return [value.is, ...(f.isMemory(0) ? writes : writes.reverse())];
  };

export const leave =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  () => {
    const width = (bytes * 8) as Width;
    if (stack === longStack) {
      const old = name(load(bytes, false, get(rbp)));
      return [old.is, put(rsp, i64.add(get(rbp), bytes)), putImplicit(rbp, width, old.value)];
    }
    const at = i64.add(i64.and(get(rbp), get(stackMask)), get(stackBase));
    const old = name(load(bytes, false, at));
    const keep = i64.and(get(rsp), i64.xor(get(stackMask), -1));
    const moved = i64.and(i64.add(get(rbp), bytes), get(stackMask));
    return [old.is, put(rsp, i64.or(keep, moved)), putImplicit(rbp, width, old.value)];
  };
/** ENTER; nested frames are nobody's today. */
export const enter =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  (f) => {
    const size = i64.and(f.read(0), 0xffff);
    const frame = name(i64.add(get(rsp), -bytes));
    return [
      when(
        i64.ne(i64.and(f.read(1), 31), 0),
        [custom("enterNested", size, i64.and(f.read(1), 31), constant("i64", bytes))],
        [
          frame.is,
          store(bytes, stack.at(-bytes), truncate((bytes * 8) as Width, get(rbp))),
          stack.move(i64.sub(-bytes, size)),
          putImplicit(rbp, (bytes * 8) as Width, frame.value),
        ],
      ),
    ];
  };

const status = () => i64.extend_i32_u(flag("status"));
/** RF and VM read as 0 (SDM volume 2, PUSHF). */
export const pushf =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  () =>
    pushValue(stack, bytes, i64.or(status(), i64.and(get(systemFlags), ~0x3_0000n)));

const USER_CHANGES = 0x24_4500n; // TF, DF, NT, AC, ID: with IOPL 0 not IF
const KERNEL_CHANGES = 0x24_7700n;
const OPENS = 0x4_0300n; // IF, TF, AC: the engine must look again
export const popf =
  (stack: Stack, bytes: 2 | 4 | 8): Meaning =>
  () => {
    const value = name(load(bytes, false, stack.at(0)));
    const width = bytes === 2 ? 0xffffn : -1n;
    const may = select(
      i32.eq(get(cpl), 0),
      constant("i64", KERNEL_CHANGES & width),
      constant("i64", USER_CHANGES & width),
    );
    const changed = name(i64.and(i64.xor(value.value, get(systemFlags)), may));
    return [
      value.is,
      changed.is,
      stack.move(bytes),
      setStatus(i64.and(value.value, ARITHMETIC)),
      put(systemFlags, i64.and(i64.xor(get(systemFlags), changed.value), ~0x1_0000n)),
      when(i64.ne(i64.and(changed.value, OPENS), 0), [custom("flagsChanged")]),
    ];
  };

export const lahf: Meaning = () => [
  put(rax, i64.or(i64.and(get(rax), ~0xff00n), i64.shl(i64.or(i64.and(status(), 0xd5), 2), 8))),
];
export const sahf: Meaning = () => {
  const ah = i64.and(i64.shr_u(get(rax), 8), 0xd5);
  return [setStatus(i64.or(ah, i64.and(status(), 0x800)))];
};
const carryBit =
  (change: (old: Word) => Word): Meaning =>
  () => [setStatus(change(status()))];
export const clc = carryBit((old) => i64.and(old, ~1n));
export const stc = carryBit((old) => i64.or(old, 1));
export const cmc = carryBit((old) => i64.xor(old, 1));
const DIRECTION = 0x400n;
export const cld: Meaning = () => [put(systemFlags, i64.and(get(systemFlags), ~DIRECTION))];
export const std: Meaning = () => [put(systemFlags, i64.or(get(systemFlags), DIRECTION))];
