/** The evaluator's operators against WebAssembly itself: one function per operator, random and extreme operands. */
import test from "ava";
import { type Bits, bytesOf, numberFromBits, valueFrom } from "./bits.ts";
import { scalarEvaluators } from "./evaluate-scalar.ts";
import { evaluateLanes, vectorEvaluators } from "./evaluate-vector.ts";
import type { LaneOperator } from "./expression.ts";
import { type Operator, scalarOperators, type Type, vectorOperators } from "./operators.ts";

const codes = {
  load: { i32: [0x28], i64: [0x29], f32: [0x2a], f64: [0x2b], v128: [0xfd, 0x00] },
  store: { i32: [0x36], i64: [0x37], f32: [0x38], f64: [0x39], v128: [0xfd, 0x0b] },
};
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
const opcode = (code: number) => (code > 0xff ? [code >> 8, code & 0xff] : [code]);
const sized = (bytes: number[]) => [...leb(bytes.length), ...bytes];
const section = (id: number, bytes: number[]) => [id, ...sized(bytes)];
const vector = (items: number[][]) => [...leb(items.length), ...items.flat()];
const resultAt = 48;

/** Node's own WebAssembly, of which only this is needed. */
const wasm = Reflect.get(globalThis, "WebAssembly") as {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { m: { buffer: ArrayBuffer }; f: () => void } };
};
const instantiate = (bytes: Uint8Array) => new wasm.Instance(new wasm.Module(bytes)).exports;

/** A module that takes the operands of `code` from memory, 16 bytes each, and leaves the result at `resultAt`. */
function compile(takes: readonly Type[], gives: Type, code: number[]) {
  const at = (address: number) => [0x41, address];
  const loads = takes.flatMap((type, index) => [...at(index * 16), ...codes.load[type], 0, 0]);
  const body = [0, ...at(resultAt), ...loads, ...code, ...codes.store[gives], 0, 0, 0x0b];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, 0, 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, 1]])),
    ...section(
      7,
      vector([
        [1, 0x6d, 2, 0],
        [1, 0x66, 0, 0],
      ]),
    ), // "m" is the memory, "f" the function
    ...section(10, vector([sized(body)])),
  ];
  const { m, f } = instantiate(Uint8Array.from(bytes));
  const memory = new Uint8Array(m.buffer);
  const size = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };
  return (args: readonly Bits[]): Bits => {
    for (const [index, type] of takes.entries()) memory.set(bytesOf(args[index]!, size[type]), index * 16);
    f();
    return valueFrom(memory.slice(resultAt, resultAt + size[gives]), gives);
  };
}

/** A small generator of numbers, so that every run tests the same. */
function randomBytes(seed: number) {
  let state = seed;
  return (length: number) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state >>> 24;
    });
}
const random = randomBytes(1);
const extremes = [
  0n,
  1n,
  -1n,
  1n << 31n,
  1n << 63n,
  (1n << 63n) - 1n,
  (1n << 53n) + 1n,
  0x7fn,
  0x80n,
  0x8000n,
];
const extremeFloats = [
  0,
  -0,
  1.5,
  2.5,
  -0.5,
  1e-310,
  1e308,
  2 ** 52 + 0.5,
  Infinity,
  -Infinity,
  NaN,
  2 ** 31,
];

function operand(type: Type): Bits {
  const [choice = 0, index = 0] = random(2);
  if (type === "v128")
    return choice < 128 ? random(16) : new Uint8Array(16).fill([0, 0x7f, 0x80, 0xff][index & 3]!);
  if (choice < 100) return valueFrom(random(16).slice(0, type === "i32" || type === "f32" ? 4 : 8), type);
  if (type === "i32" || type === "i64")
    return valueFrom(bytesOf(extremes[index % extremes.length]!, type === "i32" ? 4 : 8), type);
  const bytes = new Uint8Array(8);
  const value = extremeFloats[index % extremeFloats.length]!;
  if (type === "f32") new DataView(bytes.buffer).setFloat32(0, value, true);
  else new DataView(bytes.buffer).setFloat64(0, value, true);
  return valueFrom(bytes.slice(0, type === "f32" ? 4 : 8), type);
}

/** NaNs made by WebAssembly have open bits: only that they are NaNs is compared. */
function comparable(bits: Bits, type: Type, floatLanes: 0 | 4 | 8): string {
  if (type === "f32" || type === "f64") return Number.isNaN(numberFromBits(bits)) ? "NaN" : String(bits);
  if (type !== "v128") return String(bits);
  if (floatLanes === 0) return String(bits);
  const lanes = Array.from({ length: 16 / floatLanes }, (_, lane) =>
    valueFrom(
      (bits as Uint8Array).slice(lane * floatLanes, (lane + 1) * floatLanes),
      floatLanes === 4 ? "f32" : "f64",
    ),
  );
  return lanes.map((lane) => comparable(lane, floatLanes === 4 ? "f32" : "f64", 0)).join();
}
const floatLanesOf = (name: string) => (name.startsWith("f32x4") ? 4 : name.startsWith("f64x2") ? 8 : 0);
const divides = /div_|rem_/;

function agrees(
  table: Record<string, Operator>,
  evaluators: ReadonlyMap<string, (...args: Bits[]) => Bits>,
  prefix: number[],
) {
  const wrong: string[] = [];
  for (const [name, { takes, gives, code }] of Object.entries(table)) {
    const execute = compile(takes, gives, [...prefix, ...(prefix.length > 0 ? leb(code) : opcode(code))]);
    for (let round = 0; round < 60; round++) {
      const args = takes.map(operand);
      if (divides.test(name) && (BigInt(args[1] as bigint) === 0n || BigInt(args[1] as bigint) === -1n))
        continue;
      const [seen, said] = [execute(args), evaluators.get(name)!(...args)].map((bits) =>
        comparable(bits, gives, floatLanesOf(name)),
      );
      if (seen !== said) wrong.push(`${name}(${args.join("; ")}) is ${seen}, not ${said}`);
    }
  }
  return wrong.slice(0, 20);
}

test("every numeric operator computes what WebAssembly computes", (t) => {
  t.deepEqual(agrees(scalarOperators, scalarEvaluators, []), []);
});

test("every vector operator computes what WebAssembly computes", (t) => {
  t.deepEqual(agrees(vectorOperators, vectorEvaluators, [0xfd]), []);
});

test("lanes are read, replaced and shuffled as WebAssembly does", (t) => {
  const lanes: [LaneOperator, number, Type[], Type][] = [
    ["i8x16.extract_lane_s", 0x15, ["v128"], "i32"],
    ["i8x16.extract_lane_u", 0x16, ["v128"], "i32"],
    ["i8x16.replace_lane", 0x17, ["v128", "i32"], "v128"],
    ["i16x8.extract_lane_s", 0x18, ["v128"], "i32"],
    ["i16x8.extract_lane_u", 0x19, ["v128"], "i32"],
    ["i16x8.replace_lane", 0x1a, ["v128", "i32"], "v128"],
    ["i32x4.extract_lane", 0x1b, ["v128"], "i32"],
    ["i32x4.replace_lane", 0x1c, ["v128", "i32"], "v128"],
    ["i64x2.extract_lane", 0x1d, ["v128"], "i64"],
    ["i64x2.replace_lane", 0x1e, ["v128", "i64"], "v128"],
    ["f32x4.extract_lane", 0x1f, ["v128"], "f32"],
    ["f32x4.replace_lane", 0x20, ["v128", "f32"], "v128"],
    ["f64x2.extract_lane", 0x21, ["v128"], "f64"],
    ["f64x2.replace_lane", 0x22, ["v128", "f64"], "v128"],
  ];
  for (const [name, code, takes, gives] of lanes) {
    const last = { i8: 15, i1: 7, i3: 3, f3: 3, i6: 1, f6: 1 }[name.slice(0, 2)]!;
    for (const lane of [0, 1, last]) {
      const execute = compile(takes, gives, [0xfd, code, lane]);
      const args = takes.map(operand);
      t.is(
        comparable(evaluateLanes(name, [lane], args), gives, 0),
        comparable(execute(args), gives, 0),
        name,
      );
    }
  }
  const order = [0, 17, 31, 3, 3, 20, 8, 9, 15, 16, 30, 1, 2, 29, 28, 4];
  const args = [operand("v128"), operand("v128")];
  const execute = compile(["v128", "v128"], "v128", [0xfd, 0x0d, ...order]);
  t.deepEqual(evaluateLanes("i8x16.shuffle", order, args), execute(args));
});
