/**
 * String instructions: MOVS, STOS, LODS, SCAS, CMPS, INS, OUTS. One step is an ordinary meaning; the repeated ones are
 * customs in `repeat.ts`, because they can stop in the middle and be resumed.
 */
import {
  constant,
  custom,
  flags,
  get,
  i32,
  i64,
  load,
  name,
  put,
  select,
  store,
} from "../../meaning/build.ts";
import type { Cell, Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { implicit, putImplicit } from "./alu.ts";
import type { Width } from "./flags.ts";
import type { Form, Meaning } from "./row.ts";
import { ES, rax, rdi, rsi, segmentPairs, systemFlags } from "./state.ts";

type Word = Expr<"i64">;
type Size = 1 | 2 | 4 | 8;

/** Base of ES; 0 while the CPU is in 64-bit mode. */
const extraBase: Cell<"i64"> = { name: "es base", type: "i64", offset: segmentPairs[2]![ES]! };
const source = (f: Form): Word => i64.add(i64.and(get(rsi), f.segmentMask()), f.segmentBase());
const destination = (f: Form): Word => i64.add(i64.and(get(rdi), f.segmentMask()), get(extraBase));

/** Moves rSI or rDI by one element, as DF says, in the address size. */
function step(f: Form, register: Cell<"i64">, size: Size): Statement {
  const backwards = i32.wrap_i64(i64.and(get(systemFlags), 0x400));
  const by = select(backwards, constant("i64", -size), constant("i64", size));
  const moved = i64.and(i64.add(get(register), by), f.segmentMask());
  const kept = select(i64.eq(f.segmentMask(), 0xffff), i64.and(get(register), ~0xffffn), constant("i64", 0));
  return put(register, i64.or(kept, moved));
}

export const movs =
  (size: Size): Meaning =>
  (f) => {
    const value = name(load(size, false, source(f)));
    return [value.is, store(size, destination(f), value.value), step(f, rsi, size), step(f, rdi, size)];
  };
export const stos =
  (size: Size): Meaning =>
  (f) => [store(size, destination(f), get(rax)), step(f, rdi, size)];
export const lods =
  (size: Size): Meaning =>
  (f) => [putImplicit(rax, (size * 8) as Width, load(size, false, source(f))), step(f, rsi, size)];
export const scas =
  (size: Size): Meaning =>
  (f) => {
    const width = (size * 8) as Width;
    const found = name(load(size, false, destination(f)));
    return [found.is, step(f, rdi, size), flags(`sub${width}`, implicit(rax, width), found.value)];
  };
export const cmps =
  (size: Size): Meaning =>
  (f) => {
    const x = name(load(size, false, source(f)));
    const y = name(load(size, false, destination(f)));
    return [y.is, x.is, step(f, rsi, size), step(f, rdi, size), flags(`sub${size * 8}`, x.value, y.value)];
  };

/** `operation` of `repeat.ts`; what else it needs is in the state. */
export const repeated =
  (operation: string, size: Size): Meaning =>
  (f) => [custom(operation, constant("i64", size), f.segmentPair())];
