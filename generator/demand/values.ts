/**
 * What can be known of a number before a program runs: all the values that it may have, or the bits that it may have, or how it
 * follows from what the function was called with. Everything that is not known becomes `any`, so that an answer is never
 * too small. Numbers stand for 64-bit words with a sign; words that a JavaScript number does not hold exactly are `any`.
 *
 * Long because the values and what operators make of them are one thing.
 */
export type Value = { readonly key: string } & (
  | { readonly is: "any" }
  /** One of these, ascending. */
  | { readonly is: "set"; readonly values: readonly number[] }
  /** No bit outside of the mask. */
  | { readonly is: "bits"; readonly mask: number }
  /** What the function was called with: a register by its place in the state, or a place on the stack. */
  | { readonly is: "parameter"; readonly slot: number }
  /** An address on the stack: so many bytes above the stack pointer as the function found it. */
  | { readonly is: "stack"; readonly offset: number }
  | {
      readonly is: "operation";
      readonly operator: string;
      readonly args: readonly Value[];
      readonly depth: number;
    }
  | { readonly is: "union"; readonly parts: readonly Value[] }
);

/** Parameters on the stack: an offset from the stack pointer at entry, not negative, and how many bytes are read there. */
const stackSlots = 1 << 20;
export const stackParameter = (offset: number, bytes: number): Value =>
  parameter(stackSlots + offset * 16 + bytes);
export const stackPlace = (slot: number): { offset: number; bytes: number } | undefined =>
  slot < stackSlots
    ? undefined
    : { offset: Math.floor((slot - stackSlots) / 16), bytes: (slot - stackSlots) % 16 };
const mostValues = 64;
const mostParts = 8;
const deepest = 6;

export const any: Value = { is: "any", key: "?" };
export function constant(value: number): Value {
  if (!Number.isSafeInteger(value)) return any;
  return makeSet([value === 0 ? 0 : value]); // no negative zero
}
const makeSet = (values: readonly number[]): Value => ({ is: "set", values, key: values.join() });
const setOf = (values: readonly number[]): Value => {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.length > mostValues ? bitsOf(maskOf(sorted)) : makeSet(sorted);
};
export const truth = setOf([0, 1]);
export const bitsOf = (mask: number): Value =>
  Number.isSafeInteger(mask) && mask >= 0 ? { is: "bits", mask, key: `&${mask}` } : any;
export const parameter = (slot: number): Value => ({ is: "parameter", slot, key: `p${slot}` });
export const stackAddress = (offset: number): Value => ({ is: "stack", offset, key: `s${offset}` });

/** The only value that it can be. */
export const only = (value: Value): number | undefined =>
  value.is === "set" && value.values.length === 1 ? value.values[0] : undefined;
/** Whether it depends on what the function was called with. */
export const isOpen = (value: Value): boolean =>
  value.is === "parameter" || value.is === "operation" || (value.is === "union" && value.parts.some(isOpen));

/** -1: some value is negative, so that there is no mask. */
function maskOf(values: readonly number[]): number {
  let mask = 0n;
  for (const value of values) {
    if (value < 0) return -1;
    mask |= BigInt(value);
  }
  return Number(mask);
}
const maskOfValue = (value: Value): number =>
  value.is === "bits" ? value.mask : value.is === "set" ? maskOf(value.values) : -1;

/** Either of two. */
export function join(a: Value, b: Value): Value {
  if (a === b || a.key === b.key) return a;
  if (a.is === "any" || b.is === "any") return any;
  if (a.is === "set" && b.is === "set") return setOf([...a.values, ...b.values]);
  const [low, high] = [maskOfValue(a), maskOfValue(b)];
  if (low >= 0 && high >= 0) return bitsOf(Number(BigInt(low) | BigInt(high)));
  const isPlain = ({ is }: Value) => is === "set" || is === "bits";
  if (isPlain(a) && isPlain(b)) return any;
  const parts: Value[] = [];
  let rest: Value | undefined;
  for (const part of [...partsOf(a), ...partsOf(b)]) {
    if (isPlain(part)) rest = rest ? join(rest, part) : part;
    else if (!parts.some(({ key }) => key === part.key)) parts.push(part);
  }
  if (rest?.is === "any") return any;
  if (rest) parts.push(rest);
  if (parts.length > mostParts) return any;
  if (parts.length === 1) return parts[0]!;
  parts.sort((x, y) => (x.key < y.key ? -1 : 1));
  return { is: "union", parts, key: `{${parts.map(({ key }) => key).join("|")}}` };
}
const partsOf = (value: Value): readonly Value[] => (value.is === "union" ? value.parts : [value]);

/** Operators of the meanings' vocabulary that keep what is known; all others give `any`. */
const exact: Readonly<Record<string, (...args: bigint[]) => bigint>> = {
  "i64.add": (a, b) => a + b!,
  "i64.sub": (a, b) => a - b!,
  "i64.mul": (a, b) => a * b!,
  "i64.and": (a, b) => a & b!,
  "i64.or": (a, b) => a | b!,
  "i64.xor": (a, b) => a ^ b!,
  "i64.shl": (a, b) => a << (b! & 63n),
  "i64.shr_u": (a, b) => BigInt.asUintN(64, a) >> (b! & 63n),
  "i64.shr_s": (a, b) => a >> (b! & 63n),
  "i64.extend32_s": (a) => BigInt.asIntN(32, a),
  "i64.extend16_s": (a) => BigInt.asIntN(16, a),
  "i64.extend8_s": (a) => BigInt.asIntN(8, a),
  "i64.extend_i32_u": (a) => BigInt.asUintN(32, a),
  "i64.extend_i32_s": (a) => BigInt.asIntN(32, a),
  "i32.wrap_i64": (a) => BigInt.asIntN(32, a),
};
for (const name of ["add", "sub", "mul", "and", "or", "xor"]) {
  const wide = exact[`i64.${name}`]!;
  (exact as Record<string, unknown>)[`i32.${name}`] = (...args: bigint[]) => BigInt.asIntN(32, wide(...args));
}
const narrowing = new Set(["i64.extend_i32_u", "i64.extend_i32_s", "i32.wrap_i64", "i64.extend32_s"]);

/** What an operator makes of known words; its result is a truth value for all comparisons. */
export function apply(operator: string, args: readonly Value[]): Value {
  const operate = exact[operator];
  if (operate === undefined) return /\.(eqz?|ne|[lg][te](_[su])?)$/.test(operator) ? truth : any;
  const [a, b] = args as [Value, Value | undefined];
  if (a.is === "set" && (b === undefined || b.is === "set"))
    return pairwise(operator, operate, a.values, b?.values);
  if (b !== undefined) {
    const known = moveStack(operator, a, b) ?? masked(operator, a, b);
    if (known !== undefined) return known;
  } else if (a.is === "bits" && a.mask <= 0x7fff_ffff) return a;
  if (args.some(({ is }) => is === "any" || is === "bits" || is === "stack")) {
    return operator === "i64.extend_i32_u" ? bitsOf(0xffff_ffff) : any;
  }
  // Widths change nothing twice, and what the kernel takes is cut to its width in the end.
  if (narrowing.has(operator) && a.is === "operation" && a.operator === operator) return a;
  if (a.is === "union") return distribute(a.parts, (part) => apply(operator, b ? [part, b] : [part]));
  if (b?.is === "union") return distribute(b.parts, (part) => apply(operator, [a, part]));
  const depth = 1 + Math.max(...args.map((arg) => (arg.is === "operation" ? arg.depth : 0)));
  if (depth > deepest) return any;
  return { is: "operation", operator, args, depth, key: `${operator}(${args.map(({ key }) => key).join()})` };
}

/** The lowest bytes of a word, as an unsigned number. */
export const cutTo = (bytes: number, value: Value): Value =>
  apply("i64.and", [value, constant(2 ** (8 * bytes) - 1)]);

const distribute = (parts: readonly Value[], change: (part: Value) => Value): Value =>
  parts.map(change).reduce((all, part) => join(all, part));

function pairwise(
  operator: string,
  operate: (...args: bigint[]) => bigint,
  a: readonly number[],
  b: readonly number[] | undefined,
): Value {
  if (b === undefined) return setOfWords(a.map((value) => operate(BigInt(value))));
  if (a.length === 1 && b.length === 1) {
    // By far the most frequent, and exact without big integers.
    const [x, y] = [a[0]!, b[0]!];
    if (operator === "i64.add") return constant(x + y);
    if (operator === "i64.sub") return constant(x - y);
  }
  if (a.length * b.length > mostValues) return any;
  return setOfWords(a.flatMap((x) => b.map((y) => operate(BigInt(x), BigInt(y)))));
}
function setOfWords(words: readonly bigint[]): Value {
  const values = words.map((word) => Number(BigInt.asIntN(64, word)));
  return values.every(Number.isSafeInteger) ? setOf(values) : any;
}

function moveStack(operator: string, a: Value, b: Value): Value | undefined {
  if (operator !== "i64.add" && operator !== "i64.sub") return undefined;
  const [left, right] = [only(a), only(b)];
  if (a.is === "stack" && right !== undefined) {
    return stackAddress(operator === "i64.add" ? a.offset + right : a.offset - right);
  }
  if (b.is === "stack" && left !== undefined && operator === "i64.add") return stackAddress(b.offset + left);
  return undefined;
}

/** AND bounds the bits of anything; OR and XOR keep bounds. */
function masked(operator: string, a: Value, b: Value): Value | undefined {
  const [left, right] = [maskOfValue(a), maskOfValue(b)];
  if (/\.and$/.test(operator)) {
    if (left >= 0 && right >= 0) return bitsOf(Number(BigInt(left) & BigInt(right)));
    if (right >= 0 && !isOpen(a)) return bitsOf(right);
    if (left >= 0 && !isOpen(b)) return bitsOf(left);
  }
  if (/\.x?or$/.test(operator) && left >= 0 && right >= 0)
    return bitsOf(Number(BigInt(left) | BigInt(right)));
  return undefined;
}

/** The value in terms of a caller: parameters replaced by what the caller hands over. */
export function substitute(value: Value, argument: (slot: number) => Value): Value {
  if (value.is === "parameter") return argument(value.slot);
  if (value.is === "union") return distribute(value.parts, (part) => substitute(part, argument));
  if (value.is !== "operation") return value;
  return apply(
    value.operator,
    value.args.map((arg) => substitute(arg, argument)),
  );
}
