/** Some proofs, built by the oldest and by the newest Go at hand: what the runtime asks for has changed over time. */
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { goToolchains } from "./harness/go-toolchains.ts";
import { makePlan } from "./harness/make-plan.ts";
import { places } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { failureLines, formatTable } from "./harness/table.ts";

const chosen = ["start", "gc-stress", "goroutines", "timers", "panics", "files", "pipes", "crypto-rand"];
const two = places.filter(({ cpus }) => cpus === 2);

for (const toolchain of goToolchains()) {
  test.serial(`proofs built by ${toolchain.version} hold on both architectures`, async (t) => {
    t.timeout(10 * 60_000);
    const plan = await makePlan(toolchain, archs, two);
    const results = await proveAll({ ...plan, proofs: readProofs(chosen) });
    t.log(formatTable(results));
    t.deepEqual(failureLines(results), []);
  });
}
