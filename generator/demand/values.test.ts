import test from "ava";
import {
  any,
  apply,
  bitsOf,
  constant,
  isOpen,
  join,
  only,
  parameter,
  stackAddress,
  substitute,
} from "./values.ts";

const keyOf = (value: { key: string }) => value.key;
const both = join(constant(2), constant(0x80000));

test("constants are computed exactly, also beyond 32 bits and below zero", (t) => {
  t.is(only(apply("i64.or", [constant(0x80000), constant(2)])), 0x80002);
  t.is(only(apply("i64.add", [constant(-1), constant(-99)])), -100);
  t.is(only(apply("i64.extend_i32_u", [apply("i32.wrap_i64", [constant(-100)])])), 0xffffff9c);
  t.is(only(apply("i64.shl", [constant(1), constant(40)])), 2 ** 40);
});

test("what no number holds exactly is not known", (t) => {
  t.is(apply("i64.shl", [constant(3), constant(62)]), any);
  t.is(constant(2 ** 60), any);
});

test("an operator on a set gives the set of results", (t) => {
  t.is(keyOf(apply("i64.or", [both, constant(1)])), keyOf(join(constant(3), constant(0x80001))));
});

test("AND bounds the bits of what is not known, and OR adds to the bound", (t) => {
  const low = apply("i64.and", [any, constant(7)]);
  t.is(keyOf(low), keyOf(bitsOf(7)));
  t.is(keyOf(apply("i64.or", [low, constant(0x80000)])), keyOf(bitsOf(0x80007)));
});

test("a parameter stays in the expression until a caller is known", (t) => {
  const flags = apply("i64.or", [parameter(16), constant(0x80000)]);
  t.true(isOpen(flags));
  const called = substitute(flags, (slot) => (slot === 16 ? both : any));
  t.is(keyOf(called), keyOf(join(constant(0x80000), constant(0x80002))));
  t.is(
    substitute(flags, () => any),
    any,
  );
});

test("either of a negative number and of bounded bits is not known", (t) => {
  t.is(join(constant(-1), bitsOf(7)), any);
});

test("addresses on the stack move with constants", (t) => {
  t.is(keyOf(apply("i64.sub", [stackAddress(-8), constant(32)])), keyOf(stackAddress(-40)));
});
