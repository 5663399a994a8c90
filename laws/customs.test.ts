import test from "ava";
import { constant, custom, when } from "../hw-models/meaning/build.ts";
import { customCount, customProblems, type Rows } from "./customs.ts";

const rows: Rows = {
  name: "toy",
  instructions: [
    { name: "add", meaning: [{ do: "set", value: { is: "const" } }] },
    {
      name: "halt",
      meaning: [when(constant("i32", 1), [custom("wait")])],
    },
    { name: "in", meaning: [custom("port")] },
    { name: "out", meaning: [custom("port")] },
  ],
};
const codes = (why: Record<string, string>) => customProblems(rows, why).map(({ code }) => code);

test("every custom has one reason", (t) => {
  t.deepEqual(codes({ "time passes": "wait", "devices answer": "port" }), []);
});
test("a custom without a reason is named with a row that uses it", (t) => {
  const [problem] = customProblems(rows, { "time passes": "wait" });
  t.is(problem?.code, "custom-without-reason");
  t.regex(problem?.message ?? "", /"in" is custom "port"/);
});
test("a reason that no row needs is refused, and so is a second one", (t) => {
  t.deepEqual(codes({ all: "wait port fly" }), ["reason-without-custom"]);
  t.deepEqual(codes({ all: "wait port", some: "port" }), ["custom-with-two-reasons"]);
});
test("they are counted by forms", (t) => {
  t.deepEqual(customCount(rows, { all: "wait port" }), [
    "toy: 2 customs, in 3 of 4 forms of instructions",
    "  all: wait port",
  ]);
});
