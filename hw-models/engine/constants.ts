/** Constants of meanings. */
import type { Type } from "../meaning/operators.ts";
import type { Code } from "../wasm/code.ts";
import { op, vectorMemory } from "../wasm/opcodes.ts";

const floats = new DataView(new ArrayBuffer(8));

export function emitConstant(code: Code, type: Type, value: bigint | number | Uint8Array): void {
  switch (type) {
    case "i32":
      code.i32(value as number);
      return;
    case "i64": {
      const bits = value as bigint;
      code.i64(Number(BigInt.asIntN(32, bits >> 32n)), Number(BigInt.asIntN(32, bits)));
      return;
    }
    case "v128":
      code.vector(vectorMemory.v128Const);
      code.bytes(value as Uint8Array);
      return;
    case "f32":
      floats.setFloat32(0, value as number, true);
      code.byte(op.f32Const);
      code.little(floats.getInt32(0, true), 4);
      return;
    case "f64":
      floats.setFloat64(0, value as number, true);
      code.byte(op.f64Const);
      code.little(floats.getInt32(0, true), 4);
      code.little(floats.getInt32(4, true), 4);
  }
}
