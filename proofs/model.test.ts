/**
 * Some proofs on the machine that comes along without its translator, on both architectures with two CPUs: threads,
 * signals, faults, input and the exit status. With it, all of them are in the table of proofs.test.ts.
 */
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { goToolchain } from "./harness/build-proofs.ts";
import { makePlan } from "./harness/make-plan.ts";
import { modelPlaces } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { failureLines } from "./harness/table.ts";

const some = ["environment", "futex", "goroutines", "sigsegv", "start", "stdin", "stdin-empty", "threads"];

test("proofs hold on the model's interpreter", async (t) => {
  t.timeout(10 * 60_000);
  const two = modelPlaces.filter(({ cpus }) => cpus === 2);
  const places = two.map((place) => ({ ...place, tier: "interpreter" as const }));
  const plan = await makePlan(goToolchain(), archs, places);
  const results = await proveAll({ ...plan, proofs: readProofs(some) });
  t.is(results.length, some.length);
  t.deepEqual(failureLines(results), []);
});
