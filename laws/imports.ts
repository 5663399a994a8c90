/** The law of imports: every import of a file of ours goes in the direction that `allowed-imports.ts` draws. */
import { dirname, join } from "node:path/posix";
import type { Problem } from "../generator/problem.ts";
import { allowedImports, dataParts } from "./allowed-imports.ts";

/** The part a file belongs to: its top folder; in the generator, its layer. */
export function partOf(path: string): string {
  const [top = "", second = "", ...deeper] = path.split("/");
  return top === "generator" && deeper.length > 0 ? `${top}/${second}` : top;
}

// `import x, { y } from "z"`, `export * from "z"`, `import "z"`, each at the start of a line and over as many lines as
// it takes; or a dynamic import of a fixed name.
const names = String.raw`(?:[\w$]+\s*,?\s*)?(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?)?`;
const importPattern = new RegExp(
  String.raw`^(?:import|export)\s+(?:type\s+)?${names}\s*from\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"`,
  "gm",
);

/** What the file at `path` (relative to the project, with slashes) imports against the law. */
export function importProblems(path: string, text: string): Problem[] {
  const problems: Problem[] = [];
  const from = partOf(path);
  const isTest = path.endsWith(".test.ts");
  for (const match of text.matchAll(importPattern)) {
    const name = match[1] ?? match[2] ?? match[3] ?? "";
    const place = { file: path, line: text.slice(0, match.index).split("\n").length, column: 1 };
    if (!name.startsWith(".")) {
      if (dataParts.includes(from) && !isTest) {
        const message = `${from}/ holds data only, but imports ${name}`;
        problems.push({ code: "data-imports", place, message, fix: "Move the logic to generator/." });
      }
      continue;
    }
    const to = partOf(join(dirname(path), name));
    if (to === from || isTest) continue;
    const allowed = allowedImports[from];
    if (allowed === undefined) {
      const message = `${from}/ is not in the table of allowed imports`;
      problems.push({ code: "unknown-part", place, message, fix: "Add it to laws/allowed-imports.ts." });
    } else if (!allowed.includes(to)) {
      const message = `${from} may not import ${to}`;
      const fix = `Allowed are: ${allowed.join(", ") || "none"} (laws/allowed-imports.ts).`;
      problems.push({ code: "wrong-direction", place, message, fix });
    }
  }
  return problems;
}
