/**
 * Proofs on kernels that check themselves while they run (shim-templates/debug/): the order of locks, at every lock,
 * where a wrong one is a panic even if nobody ever waited; what failed calls leave behind; how deep each way into the
 * kernel goes, of which half a stack is to stay free. A chosen few, on the machine that comes along with 1 and 8
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
import { DeepestStacks } from "./harness/stack-uses.ts";
import { failureLines, formatTable } from "./harness/table.ts";

/** Between them: locks of every rank, threads that fault, sleep, wake and poll. */
const chosen = ["epoll", "futex", "pipes", "shootdown"];
const wantedCpus = [1, 8];
/** Short, so that CPUs meet inside the kernel's short sections; stress.ts has others. */
const longestTurn = 500;

test.serial("kernels find nothing wrong in themselves in proofs with 1 and 8 CPUs", async (t) => {
  t.timeout(20 * 60_000);
  const places = [...modelPlaces, ...eightCpus]
    .filter(({ name, cpus }) => name === "model" && wantedCpus.includes(cpus))
    .map((place) => ({ ...place, longestTurn }));
  const plan = await makePlan(goToolchain(), archs, places, { debug: true });
  const deepest = new DeepestStacks();
  const results = await proveAll({
    ...plan,
    proofs: readProofs(chosen),
    onRun: ({ ran }) => deepest.note(ran),
  });
  t.log(formatTable(results));
  t.deepEqual(failureLines(results), []);

  t.log(["bytes of stack:", ...deepest.lines()].join("\n"));
  t.deepEqual(deepest.problems(), []);
  for (const path of ["boot", "idle", "page fault", "timer", "IPI", "futex", "mmap"])
    t.true(deepest.has(path), path);
});

for (const arch of archs)
  test.serial(`${arch}: what checks is in kernels made to check themselves, and in no others`, async (t) => {
    const names = [false, true].map(async (debug) => {
      const elf = readFileSync(`${await kernelFile(arch, debug)}.elf`);
      return ["lock_wanted", "stack_report", "call_ends", "fault_option"].filter((name) =>
        elf.includes(name),
      );
    });
    t.deepEqual(await Promise.all(names), [[], ["lock_wanted", "stack_report", "call_ends", "fault_option"]]);
  });
