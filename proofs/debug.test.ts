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
import type { Ran, StackUse } from "./harness/compare.ts";
import { kernelFile } from "./harness/kernel-file.ts";
import { makePlan } from "./harness/make-plan.ts";
import { eightCpus, modelPlaces } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
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
  const deepest = new Map<string, StackUse>();
  const note = (use: StackUse) => {
    if (use.bytes > (deepest.get(use.path)?.bytes ?? 0)) deepest.set(use.path, use);
  };
  const onRun = ({ ran }: { ran: Ran }) => ran.stacks?.forEach(note);
  const results = await proveAll({ ...plan, proofs: readProofs(chosen), onRun });
  t.log(formatTable(results));
  t.deepEqual(failureLines(results), []);

  const uses = [...deepest.values()].sort((a, b) => b.bytes - a.bytes);
  t.log(["bytes of stack:", ...uses.map(({ path, bytes, of }) => `${bytes} of ${of} ${path}`)].join("\n"));
  for (const { path, bytes, of } of uses)
    t.true(bytes <= of / 2, `${path} takes ${bytes} of ${of} bytes of stack`);
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
