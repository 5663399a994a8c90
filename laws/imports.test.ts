import test from "ava";
import { importProblems } from "./imports.ts";

function codes(title: string, path: string, text: string, ...expected: string[]): void {
  test(title, (t) => {
    const found = importProblems(path, text).map((problem) => problem.code);
    t.deepEqual(found, expected);
  });
}

codes("a layer may import a lower one", "generator/run/a.ts", 'import { b } from "../pack/b.ts";');
codes(
  "a layer may not import a higher one",
  "generator/pack/a.ts",
  'import { b } from "../run/b.ts";',
  "wrong-direction",
);
codes("the layer's own files are free", "generator/pack/a.ts", 'import { b } from "./b.ts";');
codes("the table may use the ABI's types", "spec/a.ts", 'import type { B } from "../runtime-abi/b.ts";');
codes(
  "the table may not use the generator",
  "spec/a.ts",
  'import { B } from "../generator/b.ts";',
  "wrong-direction",
);
codes("the table may not use Node", "spec/a.ts", 'import { readFileSync } from "node:fs";', "data-imports");
codes(
  "the model may not know the kernel",
  "hw-models/a.ts",
  'import x from "../generator/cli/x.ts";',
  "wrong-direction",
);
codes(
  "only the last layers know the model",
  "generator/pack/a.ts",
  'import x from "../../hw-models/x.ts";',
  "wrong-direction",
);
codes("running may know the model", "generator/run/a.ts", 'import x from "../../hw-models/x.ts";');
codes(
  "an import over several lines is seen",
  "hw-models/a.ts",
  'import {\n  x,\n} from "../spec/x.ts";',
  "wrong-direction",
);
codes(
  "an export from elsewhere is an import",
  "hw-models/a.ts",
  'export { x } from "../spec/x.ts";',
  "wrong-direction",
);
codes(
  "an export of a name is none",
  "spec/a.ts",
  'export const from = { of: "node:fs" };\nexport const a = f("b");',
);
codes(
  "a default import is an import",
  "hw-models/a.ts",
  'import x, { y } from "../spec/x.ts";',
  "wrong-direction",
);
codes("a bare import is an import", "hw-models/a.ts", 'import "../spec/x.ts";', "wrong-direction");
codes("a dynamic import is an import", "hw-models/a.ts", 'await import("../spec/x.ts");', "wrong-direction");
codes("an unknown part has to be entered", "attic/a.ts", 'import x from "../spec/x.ts";', "unknown-part");
