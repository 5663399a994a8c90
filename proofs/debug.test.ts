/**
 * Proofs on kernels that check themselves while they run (shim-templates/debug/): the order of locks, at every lock. A
 * wrong one would be a panic, even if nobody ever waited. A chosen few, on the machine that comes along with 1, 4 and 8
 * CPUs; all of them by hand: node proofs/harness/main.ts --debug --machine model --cpus 1,4,8.
 */
import { readFileSync } from "node:fs";
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { goToolchain } from "./harness/build-proofs.ts";
import { kernelFile } from "./harness/kernel-file.ts";
import { makePlan } from "./harness/make-plan.ts";
import { eightCpus, modelPlaces } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { failureLines, formatTable } from "./harness/table.ts";

/** Between them: locks of every rank, threads that fault, sleep, wake, signal and poll, and the ends of both kinds. */
const chosen = ["epoll", "futex", "mmap", "os-signal", "pipes", "shootdown"];
const wantedCpus = [1, 4, 8];

test.serial("the order of locks holds in proofs with 1, 4 and 8 CPUs", async (t) => {
  t.timeout(20 * 60_000);
  const places = [...modelPlaces, ...eightCpus].filter(
    ({ name, cpus }) => name === "model" && wantedCpus.includes(cpus),
  );
  const plan = await makePlan(goToolchain(), archs, places, { debug: true });
  const results = await proveAll({ ...plan, proofs: readProofs(chosen) });
  t.log(formatTable(results));
  t.deepEqual(failureLines(results), []);
});

for (const arch of archs)
  test.serial(`${arch}: what checks is in kernels made to check themselves, and in no others`, async (t) => {
    const names = [false, true].map(async (debug) => {
      const elf = readFileSync(`${await kernelFile(arch, debug)}.elf`);
      return ["lock_wanted", "lock_given_back", "KERNEL_DEBUG"].filter((name) => elf.includes(name));
    });
    t.deepEqual(await Promise.all(names), [[], ["lock_wanted", "lock_given_back"]]);
  });
