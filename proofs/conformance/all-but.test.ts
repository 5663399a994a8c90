import test from "ava";
import { allBut } from "./all-but.ts";

const matches = (names: readonly string[], name: string) => new RegExp(allBut(names)).test(name);

test("a pattern leaves out one name, and no other", (t) => {
  t.is(allBut(["Ab"]), "^(?:[^A]|$|A(?:[^b]|$|b.))");
  for (const name of ["TestHTTP", "TestHTTPDecodings", "TestHTTPEncoding", "ExampleHTTP", "T", "B"])
    t.true(matches(["TestHTTPDecoding"], name), name);
  t.false(matches(["TestHTTPDecoding"], "TestHTTPDecoding"));
});

test("names that begin alike, or are the beginning of one another, are left out together", (t) => {
  const names = ["TestRead", "TestReadAll", "TestWrite"];
  for (const name of names) t.false(matches(names, name), name);
  for (const name of ["Test", "TestReadA", "TestReadAlls", "TestReader", "TestWrit", "TestX", "Example"])
    t.true(matches(names, name), name);
});
