/**
 * The vector operators on exact values, for the evaluator: a vector is 16 bytes, taken apart into lanes, computed lane
 * by lane with the scalar operators, and put together again. Slow, and plain enough to be believed.
 *
 * Source: WebAssembly Core Specification 2.0, section 4.4.4 (vector instructions).
 */
import { type Bits, bits32, bits64, numberFromBits } from "./bits.ts";
import { integerOperators, scalarEvaluators } from "./evaluate-scalar.ts";
import type { LaneOperator } from "./expression.ts";
import { vectorOperators } from "./operators.ts";

type Compute = (...args: Bits[]) => Bits;

const laneBits: Readonly<Record<string, number>> = {
  i8x16: 8,
  i16x8: 16,
  i32x4: 32,
  i64x2: 64,
  f32x4: 32,
  f64x2: 64,
  v128: 128,
};

/** The lanes of a vector as unsigned integers, lowest first. */
function lanesOf(vector: Bits, bits: number): bigint[] {
  const bytes = vector as Uint8Array;
  const whole = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return Array.from({ length: 128 / bits }, (_, lane) => BigInt.asUintN(bits, whole >> BigInt(lane * bits)));
}
const signedLanes = (vector: Bits, bits: number) =>
  lanesOf(vector, bits).map((value) => BigInt.asIntN(bits, value));

function vectorOf(lanes: readonly bigint[], bits: number): Uint8Array {
  const whole = lanes.reduceRight((sum, lane) => (sum << BigInt(bits)) | BigInt.asUintN(bits, lane), 0n);
  return Uint8Array.from({ length: 16 }, (_, byte) => Number((whole >> BigInt(byte * 8)) & 0xffn));
}

const clamp = (value: bigint, low: bigint, high: bigint) => (value < low ? low : value > high ? high : value);
function saturated(value: bigint, bits: number, signed: boolean): bigint {
  const top = 1n << BigInt(bits - 1);
  return signed ? clamp(value, -top, top - 1n) : clamp(value, 0n, 2n * top - 1n);
}

/** Lane operators that the scalar table lacks. */
const laneOperators: Readonly<Record<string, (a: bigint, b: bigint, bits: number) => bigint>> = {
  abs: (a) => (a < 0n ? -a : a),
  neg: (a) => -a,
  add_sat_s: (a, b, bits) => saturated(a + b, bits, true),
  add_sat_u: (a, b, bits) => saturated(BigInt.asUintN(bits, a) + BigInt.asUintN(bits, b), bits, false),
  sub_sat_s: (a, b, bits) => saturated(a - b, bits, true),
  sub_sat_u: (a, b, bits) => saturated(BigInt.asUintN(bits, a) - BigInt.asUintN(bits, b), bits, false),
  min_s: (a, b) => (a < b ? a : b),
  max_s: (a, b) => (a > b ? a : b),
  min_u: (a, b, bits) => (BigInt.asUintN(bits, a) < BigInt.asUintN(bits, b) ? a : b),
  max_u: (a, b, bits) => (BigInt.asUintN(bits, a) > BigInt.asUintN(bits, b) ? a : b),
  avgr_u: (a, b, bits) => (BigInt.asUintN(bits, a) + BigInt.asUintN(bits, b) + 1n) >> 1n,
  q15mulr_sat_s: (a, b, bits) => saturated((a * b + 0x4000n) >> 15n, bits, true),
};
const compares = new Set(["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"]);

const bitwise: Readonly<Record<string, (a: bigint, b: bigint, c: bigint) => bigint>> = {
  not: (a) => ~a,
  and: (a, b) => a & b,
  andnot: (a, b) => a & ~b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  bitselect: (a, b, c) => (a & c) | (b & ~c),
};

/** A lane's bits as the scalar evaluators take them. */
const asScalar = (lane: bigint, bits: number): Bits =>
  bits === 32 ? Number(BigInt.asIntN(32, lane)) : BigInt.asIntN(bits, lane);

/** Saturating truncation; NaN gives 0. */
function truncated(value: number, signed: boolean): bigint {
  if (Number.isNaN(value)) return 0n;
  const bound = signed ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return BigInt(Math.trunc(Math.min(Math.max(value, bound[0]!), bound[1]!)));
}

const whole: Readonly<Record<string, Compute>> = {
  "v128.any_true": (a) => ((a as Uint8Array).some((byte) => byte !== 0) ? 1 : 0),
  "i8x16.swizzle": (a, b) =>
    Uint8Array.from(b as Uint8Array, (index) => (index < 16 ? (a as Uint8Array)[index]! : 0)),
  "f32x4.demote_f64x2_zero": (a) =>
    vectorOf(
      floats(a, 64).map((x) => BigInt(bits32(x))),
      32,
    ),
  "f64x2.promote_low_f32x4": (a) => vectorOf(floats(a, 32).slice(0, 2).map(bits64), 64),
  "i32x4.trunc_sat_f32x4_s": (a) =>
    vectorOf(
      floats(a, 32).map((x) => truncated(x, true)),
      32,
    ),
  "i32x4.trunc_sat_f32x4_u": (a) =>
    vectorOf(
      floats(a, 32).map((x) => truncated(x, false)),
      32,
    ),
  "f32x4.convert_i32x4_s": (a) =>
    vectorOf(
      signedLanes(a, 32).map((x) => BigInt(bits32(Number(x)))),
      32,
    ),
  "f32x4.convert_i32x4_u": (a) =>
    vectorOf(
      lanesOf(a, 32).map((x) => BigInt(bits32(Number(x)))),
      32,
    ),
  "f64x2.convert_low_i32x4_s": (a) =>
    vectorOf(
      signedLanes(a, 32)
        .slice(0, 2)
        .map((x) => bits64(Number(x))),
      64,
    ),
  "f64x2.convert_low_i32x4_u": (a) =>
    vectorOf(
      lanesOf(a, 32)
        .slice(0, 2)
        .map((x) => bits64(Number(x))),
      64,
    ),
  "i32x4.dot_i16x8_s": (a, b) => {
    const right = signedLanes(b!, 16);
    const products = signedLanes(a, 16).map((x, lane) => x * right[lane]!);
    return vectorOf(
      [0, 2, 4, 6].map((lane) => products[lane]! + products[lane + 1]!),
      32,
    );
  },
};
const floats = (vector: Bits, bits: number) =>
  lanesOf(vector, bits).map((lane) => numberFromBits(asScalar(lane, bits)));

function floatLanes(shape: string, operator: string, bits: number): Compute {
  const scalar = (name: string) => scalarEvaluators.get(`${shape.slice(0, 3)}.${name}`)!;
  const isCompare = ["eq", "ne", "lt", "gt", "le", "ge"].includes(operator);
  const less = scalar("lt");
  const pick: Record<string, Compute> = {
    pmin: (a, b) => (less(b!, a) ? b! : a),
    pmax: (a, b) => (less(a, b!) ? b! : a),
  };
  const compute = pick[operator] ?? scalar(operator);
  return (a, b = a) => {
    const right = lanesOf(b, bits);
    const results = lanesOf(a, bits).map((lane, at) =>
      BigInt(compute(asScalar(lane, bits), asScalar(right[at]!, bits)) as bigint),
    );
    return vectorOf(isCompare ? results.map((truth) => -truth) : results, bits);
  };
}

/** `extend_low_i8x16_s`, `extmul_high_i16x8_u`: half of the lanes, widened. */
function widened(vector: Bits, bits: number, half: string, sign: string): bigint[] {
  const lanes = (sign === "s" ? signedLanes : lanesOf)(vector, bits / 2);
  return half === "low" ? lanes.slice(0, lanes.length / 2) : lanes.slice(lanes.length / 2);
}

function computeFor(name: string): Compute {
  if (whole[name]) return whole[name];
  const [shape = "", operator = ""] = name.split(".");
  const bits = laneBits[shape]!;
  if (shape === "v128") {
    const compute = bitwise[operator]!;
    return (...args) => {
      const [a = 0n, b = 0n, c = 0n] = args.map((vector) => lanesOf(vector, 128)[0]!);
      return vectorOf([compute(a, b, c)], 128);
    };
  }
  if (operator === "splat") return (a) => vectorOf(Array(128 / bits).fill(BigInt(a as bigint)), bits);
  if (shape.startsWith("f")) return floatLanes(shape, operator, bits);
  if (operator === "all_true") return (a) => (lanesOf(a, bits).every((lane) => lane !== 0n) ? 1 : 0);
  if (operator === "bitmask")
    return (a) => signedLanes(a, bits).reduce((mask, lane, at) => mask | (lane < 0n ? 1 << at : 0), 0);
  const narrow = /^narrow_.*_([su])$/.exec(operator);
  if (narrow)
    return (a, b) => {
      const lanes = [...signedLanes(a, bits * 2), ...signedLanes(b!, bits * 2)];
      return vectorOf(
        lanes.map((lane) => saturated(lane, bits, narrow[1] === "s")),
        bits,
      );
    };
  const extend = /^(extend|extmul)_(low|high)_.*_([su])$/.exec(operator);
  if (extend) {
    const [, kind, half = "", sign = ""] = extend;
    return (a, b = a) => {
      const right = widened(b, bits, half, sign);
      const left = widened(a, bits, half, sign);
      return vectorOf(kind === "extend" ? left : left.map((lane, at) => lane * right[at]!), bits);
    };
  }
  const compute = (laneOperators[operator] ?? integerOperators[operator])!;
  return (a, b = a) => {
    const right = typeof b === "number" ? undefined : signedLanes(b, bits);
    const results = signedLanes(a, bits).map((lane, at) =>
      compute(lane, right ? right[at]! : BigInt(b as number), bits),
    );
    return vectorOf(compares.has(operator) ? results.map((truth) => -truth) : results, bits);
  };
}

/** Every operator of the table `vectorOperators`, by name. */
export const vectorEvaluators: ReadonlyMap<string, Compute> = new Map(
  Object.keys(vectorOperators).map((name) => [name, computeFor(name)]),
);

/** Operators with immediates: lanes read, replaced, shuffled. */
export function evaluateLanes(
  name: LaneOperator,
  immediates: readonly number[],
  args: readonly Bits[],
): Bits {
  const [shape = "", operator = ""] = name.split(".");
  const bits = laneBits[shape]!;
  const [vector, value] = args as [Uint8Array, Bits];
  if (operator === "shuffle") {
    const both = [...vector, ...(value as Uint8Array)];
    return Uint8Array.from(immediates, (index) => both[index]!);
  }
  const lane = immediates[0]!;
  if (operator === "replace_lane")
    return vectorOf(lanesOf(vector, bits).with(lane, BigInt(value as bigint)), bits);
  const lanes = operator === "extract_lane_u" ? lanesOf(vector, bits) : signedLanes(vector, bits);
  return bits === 64 ? lanes[lane]! : Number(lanes[lane]!);
}
