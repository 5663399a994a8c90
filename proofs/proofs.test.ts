/**
 * Every proof on Linux and in the image, on both architectures with 1, 2 and 4 CPUs, in QEMU and in the machine that
 * comes along: same output, same status. The table is printed, for it is what a person wants to see. One test, because the runs must not share the CPUs with each
 * other.
 */
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { goToolchain } from "./harness/build-proofs.ts";
import { makePlan } from "./harness/make-plan.ts";
import { modelPlaces, places } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { failureLines, formatTable } from "./harness/table.ts";

test("the proofs hold on Linux and in the image, on both architectures", async (t) => {
  t.timeout(60 * 60_000);
  const plan = await makePlan(goToolchain(), archs, [...places, ...modelPlaces]);
  const results = await proveAll({ ...plan, proofs: readProofs() });
  t.log(formatTable(results));
  t.deepEqual(failureLines(results), []);
});
