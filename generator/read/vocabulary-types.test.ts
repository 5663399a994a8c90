// What the types of the vocabulary refuse, with the sentence that the writer of a row sees in the editor.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const vocabulary = fileURLToPath(new URL("../../spec/vocabulary.ts", import.meta.url));
const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const wrong = readFileSync(new URL("./wrong-modules/wrong-types.ts.txt", import.meta.url), "utf8");

const check = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "types-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "wrong.ts"), text.replace("./vocabulary.ts", vocabulary));
  const options = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "esnext",
    "--allowImportingTsExtensions",
    "--types",
    "",
  ];
  try {
    return execFileSync(process.execPath, [tsc, ...options, "wrong.ts"], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
};

// A diagnostic is a line `wrong.ts(LINE,COLUMN): error ...` and the indented lines after it.
const diagnostics = check(wrong).split(/\n(?=\S)/);

for (const [index, line] of wrong.trimEnd().split("\n").entries()) {
  const expected = line.split("// ### ")[1];
  test(`line ${index + 1}: ${expected ?? "is accepted"}`, (t) => {
    const said = diagnostics.filter((text) => text.startsWith(`wrong.ts(${index + 1},`)).join("\n");
    if (expected === undefined) t.is(said, "");
    else t.true(said.includes(expected), said);
  });
}
