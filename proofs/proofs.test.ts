/**
 * Every proof on Linux and in the image with 1, 2 and 4 CPUs: same output, same status. The table is printed, for it
 * is what a person wants to see. One test, because the runs must not share the CPUs with each other.
 */
import { readFileSync } from "node:fs";
import test from "ava";
import { buildProofs, goToolchain } from "./harness/build-proofs.ts";
import { kernelFile } from "./harness/kernel-file.ts";
import { places, proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { failureLines, formatTable } from "./harness/table.ts";

test("the proofs hold on Linux and in the image", async (t) => {
  t.timeout(20 * 60_000);
  const binary = buildProofs(goToolchain(), "amd64");
  const kernel = readFileSync(await kernelFile());
  const results = await proveAll({ binary, kernel, places, proofs: readProofs() });
  t.log(formatTable(results));
  t.deepEqual(failureLines(results), []);
});
