/** Some proofs, built by the oldest and by the newest Go at hand: what the runtime asks for has changed over time. */
import { readFileSync } from "node:fs";
import test from "ava";
import { buildProofs } from "./harness/build-proofs.ts";
import { goToolchains } from "./harness/go-toolchains.ts";
import { kernelFile } from "./harness/kernel-file.ts";
import { places, proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { failureLines, formatTable } from "./harness/table.ts";

const chosen = ["start", "gc-stress", "goroutines", "timers", "panics", "files", "pipes", "crypto-rand"];

for (const toolchain of goToolchains()) {
  test.serial(`proofs built by ${toolchain.version} hold`, async (t) => {
    t.timeout(10 * 60_000);
    const binary = buildProofs(toolchain, "amd64");
    const kernel = readFileSync(await kernelFile());
    const two = places.filter(({ cpus }) => cpus === 2);
    const results = await proveAll({ binary, kernel, proofs: readProofs(chosen), places: two });
    t.log(formatTable(results));
    t.deepEqual(failureLines(results), []);
  });
}
