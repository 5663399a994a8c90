/**
 * WebAssembly opcodes that are no operators of meanings: control, variables, memory; and short names for the operators
 * that are written by hand, all of them from `meaning/operators.ts`. Source: WebAssembly Core Specification 2.0, sections
 * 5.3.1 and 5.4.
 */
import { scalarOperators, type Type } from "../meaning/operators.ts";

export const valueTypes: Readonly<Record<Type, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
export const funcref = 0x70;
export const noResult = 0x40;

export const op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCallIndirect: 0x13,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  vector: 0xfd,
} as const;

const codeOf = (name: keyof typeof scalarOperators): number => scalarOperators[name].code;
export const i32 = {
  eqz: codeOf("i32.eqz"),
  eq: codeOf("i32.eq"),
  ne: codeOf("i32.ne"),
  ltS: codeOf("i32.lt_s"),
  add: codeOf("i32.add"),
  sub: codeOf("i32.sub"),
  and: codeOf("i32.and"),
  or: codeOf("i32.or"),
  xor: codeOf("i32.xor"),
  shl: codeOf("i32.shl"),
  shrS: codeOf("i32.shr_s"),
  shrU: codeOf("i32.shr_u"),
  wrap: codeOf("i32.wrap_i64"),
} as const;
export const i64 = {
  eqz: codeOf("i64.eqz"),
  eq: codeOf("i64.eq"),
  ne: codeOf("i64.ne"),
  geU: codeOf("i64.ge_u"),
  add: codeOf("i64.add"),
  sub: codeOf("i64.sub"),
  and: codeOf("i64.and"),
  or: codeOf("i64.or"),
  xor: codeOf("i64.xor"),
  shl: codeOf("i64.shl"),
  shrU: codeOf("i64.shr_u"),
  extendU: codeOf("i64.extend_i32_u"),
} as const;

/** Loads and stores; those of vectors follow the prefix 0xfd. */
export const memory = {
  i32Load: 0x28,
  i64Load: 0x29,
  f32Load: 0x2a,
  f64Load: 0x2b,
  i32Load8S: 0x2c,
  i32Load8U: 0x2d,
  i32Load16S: 0x2e,
  i32Load16U: 0x2f,
  i64Load8S: 0x30,
  i64Load8U: 0x31,
  i64Load16S: 0x32,
  i64Load16U: 0x33,
  i64Load32S: 0x34,
  i64Load32U: 0x35,
  i32Store: 0x36,
  i64Store: 0x37,
  f32Store: 0x38,
  f64Store: 0x39,
  i32Store8: 0x3a,
  i32Store16: 0x3b,
  i64Store8: 0x3c,
  i64Store16: 0x3d,
  i64Store32: 0x3e,
} as const;

export const vectorMemory = {
  v128Load: 0x00,
  v128Store: 0x0b,
  v128Const: 0x0c,
  v128Load32Zero: 0x5c,
  v128Load64Zero: 0x5d,
  v128Store32Lane: 0x5a,
  v128Store64Lane: 0x5b,
} as const;

export const laneOpcodes = {
  "i8x16.shuffle": 0x0d,
  "i8x16.extract_lane_s": 0x15,
  "i8x16.extract_lane_u": 0x16,
  "i8x16.replace_lane": 0x17,
  "i16x8.extract_lane_s": 0x18,
  "i16x8.extract_lane_u": 0x19,
  "i16x8.replace_lane": 0x1a,
  "i32x4.extract_lane": 0x1b,
  "i32x4.replace_lane": 0x1c,
  "i64x2.extract_lane": 0x1d,
  "i64x2.replace_lane": 0x1e,
  "f32x4.extract_lane": 0x1f,
  "f32x4.replace_lane": 0x20,
  "f64x2.extract_lane": 0x21,
  "f64x2.replace_lane": 0x22,
} as const;
