import test from "ava";
import { flags, int, off } from "../../spec/vocabulary.ts";
import { knownOf, narrow } from "./only-values.ts";

test("an argument of one value is that value, and others are told from it", (t) => {
  t.deepEqual(narrow(int, [23], "a[2]"), { test: "(u32)a[2] == 0x17", value: "(int)0x17" });
  t.deepEqual(narrow(int, [-1], "a[0]"), { test: "(u32)a[0] == 0xffffffffu", value: "(int)0xffffffffu" });
});

test("of several values the bits are known that none has, and that all have", (t) => {
  t.deepEqual(narrow(flags({}), [0x22, 0x32], "a[3]"), {
    test: "(u32)a[3] == 0x22 || (u32)a[3] == 0x32",
    value: "(u32)(((u32)a[3] & 0x32) | 0x22)",
  });
});

test("what nothing is known of stays as it is", (t) => {
  t.is(narrow(int, undefined, "a[0]"), undefined);
  t.is(narrow(off, [0], "a[0]"), undefined);
});

test("a selector has the values that come to the action", (t) => {
  const known = {
    calls: new Map([["futex", [128, 129]]]),
    values: new Map([["futex", new Map([["val3", [0]]])]]),
  };
  t.deepEqual(
    [...knownOf(known, "futex", "op", (value) => (value & 127) === 1)],
    [
      ["val3", [0]],
      ["op", [129]],
    ],
  );
  t.deepEqual([...knownOf(known, "mmap", "op", () => true)], []);
});
