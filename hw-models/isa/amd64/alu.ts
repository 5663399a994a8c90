/** Meanings of arithmetic and logic: Intel SDM volume 2, by mnemonic. */
import {
  constant,
  flag,
  flags,
  get,
  i32,
  i64,
  i64x2,
  lane,
  loadForWrite,
  name,
  put,
  select,
  store,
  trap,
  when,
} from "../../meaning/build.ts";
import type { Cell, Expr } from "../../meaning/expression.ts";
import type { Statement } from "../../meaning/statement.ts";
import { setStatus, signExtend, truncate, type Width, ZF } from "./flags.ts";
import type { Meaning } from "./row.ts";
import { rax, rbx, rcx, rdx } from "./state.ts";
import { wideProduct, wideQuotient } from "./wide.ts";

export const DIVIDE_ERROR = 0;
const GENERAL_PROTECTION = 13;
const carry = (): Expr<"i64"> => i64.extend_i32_u(flag("CF"));

/** The low bits of a register that an instruction uses without naming it. */
export const implicit = (cell: Cell<"i64">, width: Width): Expr<"i64"> => truncate(width, get(cell));
/** Writes them; a 32-bit value clears the upper half, a narrower one keeps the rest. */
export function putImplicit(cell: Cell<"i64">, width: Width, value: Expr<"i64">): Statement {
  if (width >= 32) return put(cell, truncate(width, value));
  const mask = width === 16 ? 0xffffn : 0xffn;
  return put(cell, i64.or(i64.and(get(cell), ~mask), i64.and(value, mask)));
}

export const add: Meaning = (f) => {
  const y = name(f.source(1));
  const result = name(truncate(f.bits(), i64.add(f.read(0), y.value)));
  return [y.is, result.is, f.write(0, result.value), flags(`add${f.bits()}`, result.value, y.value)];
};
export const adc: Meaning = (f) => {
  const x = name(f.read(0));
  const y = name(f.source(1));
  const c = name(carry());
  const sum = i64.add(i64.add(x.value, y.value), c.value);
  return [x.is, y.is, c.is, f.write(0, sum), flags(`adc${f.bits()}`, x.value, y.value, c.value)];
};
export const sub: Meaning = (f) => {
  const x = name(f.read(0));
  const y = name(f.source(1));
  return [x.is, y.is, f.write(0, i64.sub(x.value, y.value)), flags(`sub${f.bits()}`, x.value, y.value)];
};
export const sbb: Meaning = (f) => {
  const x = name(f.read(0));
  const y = name(f.source(1));
  const c = name(carry());
  const rest = i64.sub(i64.sub(x.value, y.value), c.value);
  return [x.is, y.is, c.is, f.write(0, rest), flags(`sbb${f.bits()}`, x.value, y.value, c.value)];
};
export const cmp: Meaning = (f) => {
  const x = name(f.read(0));
  const y = name(f.source(1));
  return [x.is, y.is, flags(`sub${f.bits()}`, x.value, y.value)];
};

const logic =
  (operator: (x: Expr<"i64">, y: Expr<"i64">) => Expr<"i64">): Meaning =>
  (f) => {
    const result = name(operator(f.read(0), f.source(1)));
    return [result.is, f.write(0, result.value), flags(`logic${f.bits()}`, result.value)];
  };
export const and = logic((x, y) => i64.and(x, y));
export const or = logic((x, y) => i64.or(x, y));
export const xor = logic((x, y) => i64.xor(x, y));
export const test: Meaning = (f) => [flags(`logic${f.bits()}`, i64.and(f.read(0), f.source(1)))];

export const inc: Meaning = (f) => {
  const result = name(truncate(f.bits(), i64.add(f.read(0), 1)));
  return [result.is, f.write(0, result.value), flags(`inc${f.bits()}`, result.value, carry())];
};
export const dec: Meaning = (f) => {
  const result = name(truncate(f.bits(), i64.sub(f.read(0), 1)));
  return [result.is, f.write(0, result.value), flags(`dec${f.bits()}`, result.value, carry())];
};
export const neg: Meaning = (f) => {
  const x = name(f.read(0));
  const nothing = constant("i64", 0);
  return [x.is, f.write(0, i64.sub(0, x.value)), flags(`sub${f.bits()}`, nothing, x.value)];
};
export const not: Meaning = (f) => [f.write(0, i64.xor(f.read(0), -1))];

/** ADCX and ADOX: an addition with a carry of its own, CF or OF; the other flags stay. */
const addWith =
  (name_: "CF" | "OF"): Meaning =>
  (f) => {
    const x = name(f.read(0));
    const y = name(f.read(1));
    const c = name(i64.extend_i32_u(flag(name_)));
    const sum = name(truncate(f.bits(), i64.add(i64.add(x.value, y.value), c.value)));
    const out = i32.or(
      i64.lt_u(sum.value, y.value),
      i32.and(i32.wrap_i64(c.value), i64.eq(sum.value, y.value)),
    );
    const at = name_ === "CF" ? 0 : 11;
    const kept = i32.and(flag("status"), ~(1 << at));
    const status = i32.or(kept, i32.shl(out, at));
    return [x.is, y.is, c.is, sum.is, setStatus(i64.extend_i32_u(status)), f.write(0, sum.value)];
  };
export const adcx = addWith("CF");
export const adox = addWith("OF");

/** MUL, and IMUL with one operand: AX, or DX:AX and wider, get the product. CF and OF: it needs the upper half. */
const multiply =
  (signed: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const extend = (value: Expr<"i64">) => (signed ? signExtend(width, value) : value);
    const y = extend(f.read(0));
    const x = extend(implicit(rax, width));
    if (width === 64) {
      const product = wideProduct(x, y, signed);
      const plain = signed ? i64.shr_s(product.low, 63) : constant("i64", 0);
      const large = i64.extend_i32_u(i64.ne(product.high, plain));
      return [
        ...product.is,
        put(rax, product.low),
        put(rdx, product.high),
        flags("result64", product.low, large, large),
      ];
    }
    const product = name(i64.mul(x, y));
    const low = truncate(width, product.value);
    const large = i64.extend_i32_u(i64.ne(extend(low), product.value));
    const upper = i64.shr_u(product.value, width);
    return [
      product.is,
      ...(width === 8
        ? [putImplicit(rax, 16, product.value)]
        : [putImplicit(rax, width, product.value), putImplicit(rdx, width, upper)]),
      flags(`result${width}`, low, large, large),
    ];
  };
export const mul = multiply(false);
export const imulWide = multiply(true);

/** IMUL with two or three operands: the last two are multiplied. */
export const imul: Meaning = (f) => {
  const width = f.bits();
  const three = f.count === 3;
  const x = signExtend(width, f.read(three ? 1 : 0));
  const y = three ? f.read(2) : signExtend(width, f.read(1));
  if (width === 64) {
    const product = wideProduct(x, y, true);
    const large = i64.extend_i32_u(i64.ne(product.high, i64.shr_s(product.low, 63)));
    return [...product.is, f.write(0, product.low), flags("result64", product.low, large, large)];
  }
  const product = name(i64.mul(x, y));
  const low = truncate(width, product.value);
  const large = i64.extend_i32_u(i64.ne(signExtend(width, low), product.value));
  return [product.is, f.write(0, product.value), flags(`result${width}`, low, large, large)];
};

/** DIV and IDIV. #DE if the divisor is 0 or the quotient does not fit. */
const divide =
  (signed: boolean): Meaning =>
  (f) => {
    const width = f.bits();
    const y = name(signed ? signExtend(width, f.read(0)) : f.read(0));
    const refuse = trap(DIVIDE_ERROR);
    const divideBy = (a: Expr<"i64">, b: Expr<"i64">) => (signed ? i64.div_s(a, b) : i64.div_u(a, b));
    if (width === 64) {
      const high = name(get(rdx));
      const low = name(get(rax));
      // Nearly always the upper half only extends the lower one, and the quotient is an ordinary one.
      const extended = signed ? i64.eq(high.value, i64.shr_s(low.value, 63)) : i64.eqz(high.value);
      const plain = signed ? i32.and(extended, i64.ne(y.value, -1)) : extended;
      const quotient = name(divideBy(low.value, y.value));
      const wide = wideQuotient(high.value, low.value, y.value, signed, refuse);
      // The remainder has 64 bits, so that the lower halves are enough.
      const rest = (of: Expr<"i64">) => i64.sub(low.value, i64.mul(of, y.value));
      return [
        y.is,
        when(i64.eqz(y.value), [refuse]),
        high.is,
        low.is,
        when(
          plain,
          [quotient.is, put(rax, quotient.value), put(rdx, rest(quotient.value))],
          [...wide.is, put(rax, wide.value), put(rdx, rest(wide.value))],
        ),
      ];
    }
    const dividend = name(
      width === 8
        ? signed
          ? i64.extend16_s(get(rax))
          : truncate(16, get(rax))
        : signExtend(
            width === 32 ? 64 : signed ? 32 : 64,
            i64.or(i64.shl(implicit(rdx, width), width), implicit(rax, width)),
          ),
    );
    // The smallest 64-bit dividend by -1 would trap in WebAssembly; its quotient does not fit anyway.
    const smallest = i32.and(i64.eq(dividend.value, -(1n << 63n)), i64.eq(y.value, -1));
    const bad = signed ? i32.or(i64.eqz(y.value), smallest) : i64.eqz(y.value);
    const quotient = name(divideBy(dividend.value, y.value));
    const rest = name(i64.sub(dividend.value, i64.mul(quotient.value, y.value)));
    const fitted = truncate(width, quotient.value);
    const unfit = i64.ne(signed ? signExtend(width, fitted) : fitted, quotient.value);
    const results =
      width === 8
        ? [putImplicit(rax, 16, i64.or(truncate(8, quotient.value), i64.shl(truncate(8, rest.value), 8)))]
        : [putImplicit(rax, width, quotient.value), putImplicit(rdx, width, rest.value)];
    return [y.is, dividend.is, when(bad, [refuse]), quotient.is, when(unfit, [refuse]), rest.is, ...results];
  };
export const div = divide(false);
export const idiv = divide(true);

export const xadd: Meaning = (f) => {
  const x = name(f.read(0));
  const y = name(f.read(1));
  const result = name(truncate(f.bits(), i64.add(x.value, y.value)));
  const writes = [f.write(0, result.value), f.write(1, x.value)];
  // A fault comes first; and of one register named twice the sum stays.
  if (!f.isMemory(0)) writes.reverse();
  return [x.is, y.is, result.is, ...writes, flags(`add${f.bits()}`, result.value, y.value)];
};
export const xchg: Meaning = (f) => {
  const x = name(f.read(0));
  const y = name(f.read(1));
  const writes = f.isMemory(1)
    ? [f.write(1, x.value), f.write(0, y.value)]
    : [f.write(0, y.value), f.write(1, x.value)];
  return [x.is, y.is, ...writes];
};

export const cmpxchg: Meaning = (f) => {
  const width = f.bits();
  const expected = name(implicit(rax, width));
  const found = name(f.read(0));
  const same = name(i64.eq(expected.value, found.value));
  const failed = putImplicit(rax, width, found.value);
  // Memory is written in any case; a register keeps its upper half if nothing changes.
  const outcome = f.isMemory(0)
    ? [f.write(0, select(same.value, f.read(1), found.value)), when(same.value, [], [failed])]
    : [when(same.value, [f.write(0, f.read(1))], [failed])];
  return [expected.is, found.is, same.is, ...outcome, flags(`sub${width}`, expected.value, found.value)];
};

const withZero = (zero: Expr<"i32">): Statement =>
  setStatus(i64.extend_i32_u(i32.or(i32.and(flag("status"), ~ZF), i32.shl(zero, 6))));

export const cmpxchg8b: Meaning = (f) => {
  const found = name(f.read(0));
  const halves = (high: Cell<"i64">, low: Cell<"i64">) =>
    i64.or(i64.shl(get(high), 32), truncate(32, get(low)));
  const same = name(i64.eq(found.value, halves(rdx, rax)));
  return [
    found.is,
    same.is,
    f.write(0, select(same.value, halves(rcx, rbx), found.value)),
    when(same.value, [], [put(rax, truncate(32, found.value)), put(rdx, i64.shr_u(found.value, 32))]),
    withZero(same.value),
  ];
};

export const cmpxchg16b: Meaning = (f) => {
  const address = name(f.address(0));
  const low = name(loadForWrite(8, false, address.value));
  const high = name(loadForWrite(8, false, i64.add(address.value, 8)));
  const same = name(i32.and(i64.eq(low.value, get(rax)), i64.eq(high.value, get(rdx))));
  const pairOf = (first: Expr<"i64">, second: Expr<"i64">) =>
    lane("v128", "i64x2.replace_lane", [1], i64x2.splat(first), second);
  const fresh = select(same.value, get(rbx), low.value);
  const freshHigh = select(same.value, get(rcx), high.value);
  return [
    address.is,
    when(i64.ne(i64.and(address.value, 15), 0), [trap(GENERAL_PROTECTION)]),
    low.is,
    high.is,
    same.is,
    store(16, address.value, pairOf(fresh, freshHigh)),
    when(same.value, [], [put(rax, low.value), put(rdx, high.value)]),
    withZero(same.value),
  ];
};
