/** Loads and stores of the linear memory by type and width, for state and guest memory alike. */
import type { Type } from "../meaning/operators.ts";
import type { Code } from "../wasm/code.ts";
import { i64, memory, vectorMemory } from "../wasm/opcodes.ts";

type Access = readonly [signed: number, unsigned: number];
const same = (opcode: number): Access => [opcode, opcode];

/** By type and number of bytes. An i32 of eight bytes is its low half. */
const loads: Readonly<Record<Exclude<Type, "v128">, Readonly<Record<number, Access>>>> = {
  i32: {
    1: [memory.i32Load8S, memory.i32Load8U],
    2: [memory.i32Load16S, memory.i32Load16U],
    4: same(memory.i32Load),
    8: same(memory.i32Load),
  },
  i64: {
    1: [memory.i64Load8S, memory.i64Load8U],
    2: [memory.i64Load16S, memory.i64Load16U],
    4: [memory.i64Load32S, memory.i64Load32U],
    8: same(memory.i64Load),
  },
  f32: { 4: same(memory.f32Load) },
  f64: { 8: same(memory.f64Load) },
};
const stores: Readonly<Record<Exclude<Type, "v128">, Readonly<Record<number, number>>>> = {
  i32: { 1: memory.i32Store8, 2: memory.i32Store16, 4: memory.i32Store, 8: memory.i64Store },
  i64: { 1: memory.i64Store8, 2: memory.i64Store16, 4: memory.i64Store32, 8: memory.i64Store },
  f32: { 4: memory.f32Store },
  f64: { 8: memory.f64Store },
};
const vectorLoads: Readonly<Record<number, number>> = {
  4: vectorMemory.v128Load32Zero,
  8: vectorMemory.v128Load64Zero,
  16: vectorMemory.v128Load,
};
const vectorStores: Readonly<Record<number, number>> = {
  4: vectorMemory.v128Store32Lane,
  8: vectorMemory.v128Store64Lane,
  16: vectorMemory.v128Store,
};

/** Address on the stack; leaves the value of `bytes` bytes, extended to `type`. */
export function emitLoad(code: Code, type: Type, bytes: number, signed: boolean, offset: number): void {
  const opcode = type === "v128" ? vectorLoads[bytes] : loads[type][bytes]?.[signed ? 0 : 1];
  if (opcode === undefined) throw new Error(`no load of ${bytes} bytes as ${type}`);
  if (type === "v128") code.vectorAccess(opcode, offset);
  else code.access(opcode, offset);
}

/** Address and value on the stack; stores the value's low `bytes` bytes, a 32-bit integer zero-extended. */
export function emitStore(code: Code, type: Type, bytes: number, offset: number): void {
  const opcode = type === "v128" ? vectorStores[bytes] : stores[type][bytes];
  if (opcode === undefined) throw new Error(`no store of ${bytes} bytes from ${type}`);
  if (type === "i32" && bytes === 8) code.byte(i64.extendU);
  if (type === "v128") code.vectorAccess(opcode, offset);
  else code.access(opcode, offset);
}
