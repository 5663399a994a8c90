// Goldens: what a small table becomes, kept so that a review shows how generated text changes. Nothing is
// built from them. After a wanted change: UPDATE_GOLDENS=1 npx ava generator/emit/goldens.test.ts
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { readTable } from "../read/read-table.ts";
import { emitKernel } from "./emit.ts";

const { value: table } = await readTable(fileURLToPath(new URL("./fixture/", import.meta.url)));
const chosen = ["dispatch.c", "sys.h"];

for (const arch of archs)
  for (const file of chosen)
    test(`${file} of ${arch} is the golden text`, (t) => {
      const golden = new URL(`./goldens/${arch}-${file}.txt`, import.meta.url);
      const text = emitKernel(table!, arch).get(file) ?? "";
      if (process.env.UPDATE_GOLDENS) writeFileSync(golden, text);
      t.is(text, readFileSync(golden, "utf8"));
    });

test("equal tables give equal text", (t) => {
  t.deepEqual([...emitKernel(table!, "amd64")], [...emitKernel(table!, "amd64")]);
});
