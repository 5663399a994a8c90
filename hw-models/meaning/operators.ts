/**
 * The operators of the expression vocabulary: WebAssembly's own, under their own names, with their types and opcodes.
 * One table serves the builders in which meanings are written, the checker, the evaluator and both execution tiers, so
 * that none of them can know an operator the others do not.
 *
 * Source: WebAssembly Core Specification 2.0, sections 5.4.7 (numeric) and 5.4.8 (vector instructions).
 */

export type Type = "i32" | "i64" | "f32" | "f64" | "v128";

/**
 * `takes` are the operands' types in order, `gives` the result's; `code` follows the prefix 0xfd for vectors; of a scalar
 * operator with the prefix 0xfc, that is the upper byte.
 */
export type Operator = { readonly takes: readonly Type[]; readonly gives: Type; readonly code: number };

/** Operators with consecutive opcodes and the same types. */
function run<const Takes extends readonly Type[], const Gives extends Type, const Name extends string>(
  first: number,
  takes: Takes,
  gives: Gives,
  names: readonly Name[],
): Record<Name, { takes: Takes; gives: Gives; code: number }> {
  const operators = names.map((name, index) => [name, { takes, gives, code: first + index }]);
  return Object.fromEntries(operators) as Record<Name, { takes: Takes; gives: Gives; code: number }>;
}

const one = <const T extends Type>(type: T): readonly [T] => [type];
const two = <const T extends Type>(type: T): readonly [T, T] => [type, type];

/** Numeric operators, section 5.4.7. Division and remainder trap in WebAssembly: a meaning tests their operands first. */
export const scalarOperators = {
  ...run(0x45, one("i32"), "i32", ["i32.eqz"]),
  ...run(0x46, two("i32"), "i32", [
    "i32.eq",
    "i32.ne",
    "i32.lt_s",
    "i32.lt_u",
    "i32.gt_s",
    "i32.gt_u",
    "i32.le_s",
    "i32.le_u",
    "i32.ge_s",
    "i32.ge_u",
  ]),
  ...run(0x50, one("i64"), "i32", ["i64.eqz"]),
  ...run(0x51, two("i64"), "i32", [
    "i64.eq",
    "i64.ne",
    "i64.lt_s",
    "i64.lt_u",
    "i64.gt_s",
    "i64.gt_u",
    "i64.le_s",
    "i64.le_u",
    "i64.ge_s",
    "i64.ge_u",
  ]),
  ...run(0x5b, two("f32"), "i32", ["f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge"]),
  ...run(0x61, two("f64"), "i32", ["f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge"]),
  ...run(0x67, one("i32"), "i32", ["i32.clz", "i32.ctz", "i32.popcnt"]),
  ...run(0x6a, two("i32"), "i32", [
    "i32.add",
    "i32.sub",
    "i32.mul",
    "i32.div_s",
    "i32.div_u",
    "i32.rem_s",
    "i32.rem_u",
    "i32.and",
    "i32.or",
    "i32.xor",
    "i32.shl",
    "i32.shr_s",
    "i32.shr_u",
    "i32.rotl",
    "i32.rotr",
  ]),
  ...run(0x79, one("i64"), "i64", ["i64.clz", "i64.ctz", "i64.popcnt"]),
  ...run(0x7c, two("i64"), "i64", [
    "i64.add",
    "i64.sub",
    "i64.mul",
    "i64.div_s",
    "i64.div_u",
    "i64.rem_s",
    "i64.rem_u",
    "i64.and",
    "i64.or",
    "i64.xor",
    "i64.shl",
    "i64.shr_s",
    "i64.shr_u",
    "i64.rotl",
    "i64.rotr",
  ]),
  ...run(0x8b, one("f32"), "f32", [
    "f32.abs",
    "f32.neg",
    "f32.ceil",
    "f32.floor",
    "f32.trunc",
    "f32.nearest",
    "f32.sqrt",
  ]),
  ...run(0x92, two("f32"), "f32", [
    "f32.add",
    "f32.sub",
    "f32.mul",
    "f32.div",
    "f32.min",
    "f32.max",
    "f32.copysign",
  ]),
  ...run(0x99, one("f64"), "f64", [
    "f64.abs",
    "f64.neg",
    "f64.ceil",
    "f64.floor",
    "f64.trunc",
    "f64.nearest",
    "f64.sqrt",
  ]),
  ...run(0xa0, two("f64"), "f64", [
    "f64.add",
    "f64.sub",
    "f64.mul",
    "f64.div",
    "f64.min",
    "f64.max",
    "f64.copysign",
  ]),
  ...run(0xa7, one("i64"), "i32", ["i32.wrap_i64"]),
  ...run(0xac, one("i32"), "i64", ["i64.extend_i32_s", "i64.extend_i32_u"]),
  ...run(0xb2, one("i32"), "f32", ["f32.convert_i32_s", "f32.convert_i32_u"]),
  ...run(0xb4, one("i64"), "f32", ["f32.convert_i64_s", "f32.convert_i64_u"]),
  ...run(0xb6, one("f64"), "f32", ["f32.demote_f64"]),
  ...run(0xb7, one("i32"), "f64", ["f64.convert_i32_s", "f64.convert_i32_u"]),
  ...run(0xb9, one("i64"), "f64", ["f64.convert_i64_s", "f64.convert_i64_u"]),
  ...run(0xbb, one("f32"), "f64", ["f64.promote_f32"]),
  ...run(0xbc, one("f32"), "i32", ["i32.reinterpret_f32"]),
  ...run(0xbd, one("f64"), "i64", ["i64.reinterpret_f64"]),
  ...run(0xbe, one("i32"), "f32", ["f32.reinterpret_i32"]),
  ...run(0xbf, one("i64"), "f64", ["f64.reinterpret_i64"]),
  ...run(0xc0, one("i32"), "i32", ["i32.extend8_s", "i32.extend16_s"]),
  ...run(0xc2, one("i64"), "i64", ["i64.extend8_s", "i64.extend16_s", "i64.extend32_s"]),
  ...run(0xfc00, one("f32"), "i32", ["i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u"]),
  ...run(0xfc02, one("f64"), "i32", ["i32.trunc_sat_f64_s", "i32.trunc_sat_f64_u"]),
  ...run(0xfc04, one("f32"), "i64", ["i64.trunc_sat_f32_s", "i64.trunc_sat_f32_u"]),
  ...run(0xfc06, one("f64"), "i64", ["i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u"]),
} as const satisfies Record<string, Operator>;

const v = "v128" as const;
const compares = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"] as const;
const orders = ["eq", "ne", "lt", "gt", "le", "ge"] as const;
const named = <const Lane extends string, const Name extends string>(lane: Lane, names: readonly Name[]) =>
  names.map((name) => `${lane}.${name}` as const);

/** Vector operators without immediates, section 5.4.8. Shuffles and lane accesses carry immediates: `lane` nodes. */
export const vectorOperators = {
  ...run(0x0e, two(v), v, ["i8x16.swizzle"]),
  ...run(0x0f, ["i32"], v, ["i8x16.splat", "i16x8.splat", "i32x4.splat"]),
  ...run(0x12, ["i64"], v, ["i64x2.splat"]),
  ...run(0x13, ["f32"], v, ["f32x4.splat"]),
  ...run(0x14, ["f64"], v, ["f64x2.splat"]),
  ...run(0x23, two(v), v, named("i8x16", compares)),
  ...run(0x2d, two(v), v, named("i16x8", compares)),
  ...run(0x37, two(v), v, named("i32x4", compares)),
  ...run(0x41, two(v), v, named("f32x4", orders)),
  ...run(0x47, two(v), v, named("f64x2", orders)),
  ...run(0x4d, [v], v, ["v128.not"]),
  ...run(0x4e, two(v), v, ["v128.and", "v128.andnot", "v128.or", "v128.xor"]),
  ...run(0x52, [v, v, v], v, ["v128.bitselect"]),
  ...run(0x53, [v], "i32", ["v128.any_true"]),
  ...run(0x5e, [v], v, ["f32x4.demote_f64x2_zero", "f64x2.promote_low_f32x4"]),
  ...run(0x60, [v], v, ["i8x16.abs", "i8x16.neg", "i8x16.popcnt"]),
  ...run(0x63, [v], "i32", ["i8x16.all_true", "i8x16.bitmask"]),
  ...run(0x65, two(v), v, ["i8x16.narrow_i16x8_s", "i8x16.narrow_i16x8_u"]),
  ...run(0x6b, [v, "i32"], v, ["i8x16.shl", "i8x16.shr_s", "i8x16.shr_u"]),
  ...run(0x6e, two(v), v, [
    "i8x16.add",
    "i8x16.add_sat_s",
    "i8x16.add_sat_u",
    "i8x16.sub",
    "i8x16.sub_sat_s",
    "i8x16.sub_sat_u",
  ]),
  ...run(0x76, two(v), v, ["i8x16.min_s", "i8x16.min_u", "i8x16.max_s", "i8x16.max_u"]),
  ...run(0x7b, two(v), v, ["i8x16.avgr_u"]),
  ...run(0x80, [v], v, ["i16x8.abs", "i16x8.neg"]),
  ...run(0x82, two(v), v, ["i16x8.q15mulr_sat_s"]),
  ...run(0x83, [v], "i32", ["i16x8.all_true", "i16x8.bitmask"]),
  ...run(0x85, two(v), v, ["i16x8.narrow_i32x4_s", "i16x8.narrow_i32x4_u"]),
  ...run(0x87, [v], v, [
    "i16x8.extend_low_i8x16_s",
    "i16x8.extend_high_i8x16_s",
    "i16x8.extend_low_i8x16_u",
    "i16x8.extend_high_i8x16_u",
  ]),
  ...run(0x8b, [v, "i32"], v, ["i16x8.shl", "i16x8.shr_s", "i16x8.shr_u"]),
  ...run(0x8e, two(v), v, [
    "i16x8.add",
    "i16x8.add_sat_s",
    "i16x8.add_sat_u",
    "i16x8.sub",
    "i16x8.sub_sat_s",
    "i16x8.sub_sat_u",
  ]),
  ...run(0x95, two(v), v, ["i16x8.mul", "i16x8.min_s", "i16x8.min_u", "i16x8.max_s", "i16x8.max_u"]),
  ...run(0x9b, two(v), v, ["i16x8.avgr_u"]),
  ...run(0x9c, two(v), v, [
    "i16x8.extmul_low_i8x16_s",
    "i16x8.extmul_high_i8x16_s",
    "i16x8.extmul_low_i8x16_u",
    "i16x8.extmul_high_i8x16_u",
  ]),
  ...run(0xa0, [v], v, ["i32x4.abs", "i32x4.neg"]),
  ...run(0xa3, [v], "i32", ["i32x4.all_true", "i32x4.bitmask"]),
  ...run(0xa7, [v], v, [
    "i32x4.extend_low_i16x8_s",
    "i32x4.extend_high_i16x8_s",
    "i32x4.extend_low_i16x8_u",
    "i32x4.extend_high_i16x8_u",
  ]),
  ...run(0xab, [v, "i32"], v, ["i32x4.shl", "i32x4.shr_s", "i32x4.shr_u"]),
  ...run(0xae, two(v), v, ["i32x4.add"]),
  ...run(0xb1, two(v), v, ["i32x4.sub"]),
  ...run(0xb5, two(v), v, [
    "i32x4.mul",
    "i32x4.min_s",
    "i32x4.min_u",
    "i32x4.max_s",
    "i32x4.max_u",
    "i32x4.dot_i16x8_s",
  ]),
  ...run(0xbc, two(v), v, [
    "i32x4.extmul_low_i16x8_s",
    "i32x4.extmul_high_i16x8_s",
    "i32x4.extmul_low_i16x8_u",
    "i32x4.extmul_high_i16x8_u",
  ]),
  ...run(0xc0, [v], v, ["i64x2.abs", "i64x2.neg"]),
  ...run(0xc3, [v], "i32", ["i64x2.all_true", "i64x2.bitmask"]),
  ...run(0xc7, [v], v, [
    "i64x2.extend_low_i32x4_s",
    "i64x2.extend_high_i32x4_s",
    "i64x2.extend_low_i32x4_u",
    "i64x2.extend_high_i32x4_u",
  ]),
  ...run(0xcb, [v, "i32"], v, ["i64x2.shl", "i64x2.shr_s", "i64x2.shr_u"]),
  ...run(0xce, two(v), v, ["i64x2.add"]),
  ...run(0xd1, two(v), v, ["i64x2.sub"]),
  ...run(0xd5, two(v), v, [
    "i64x2.mul",
    "i64x2.eq",
    "i64x2.ne",
    "i64x2.lt_s",
    "i64x2.gt_s",
    "i64x2.le_s",
    "i64x2.ge_s",
    "i64x2.extmul_low_i32x4_s",
    "i64x2.extmul_high_i32x4_s",
    "i64x2.extmul_low_i32x4_u",
    "i64x2.extmul_high_i32x4_u",
  ]),
  ...run(0xe0, [v], v, ["f32x4.abs", "f32x4.neg"]),
  ...run(0xe3, [v], v, ["f32x4.sqrt"]),
  ...run(0xe4, two(v), v, ["f32x4.add", "f32x4.sub", "f32x4.mul", "f32x4.div"]),
  ...run(0xea, two(v), v, ["f32x4.pmin", "f32x4.pmax"]),
  ...run(0xec, [v], v, ["f64x2.abs", "f64x2.neg"]),
  ...run(0xef, [v], v, ["f64x2.sqrt"]),
  ...run(0xf0, two(v), v, ["f64x2.add", "f64x2.sub", "f64x2.mul", "f64x2.div"]),
  ...run(0xf6, two(v), v, ["f64x2.pmin", "f64x2.pmax"]),
  ...run(0xf8, [v], v, ["i32x4.trunc_sat_f32x4_s", "i32x4.trunc_sat_f32x4_u"]),
  ...run(0xfa, [v], v, ["f32x4.convert_i32x4_s", "f32x4.convert_i32x4_u"]),
  ...run(0xfe, [v], v, ["f64x2.convert_low_i32x4_s", "f64x2.convert_low_i32x4_u"]),
} as const satisfies Record<string, Operator>;

export type ScalarOperator = keyof typeof scalarOperators;
export type VectorOperator = keyof typeof vectorOperators;
