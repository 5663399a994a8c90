/**
 * The kernel lives through what a seed makes fail: calls with the errors of their rows, memory, late timers. A few seeds
 * on each architecture; hundreds by hand: node proofs/faults.ts --seeds 1-300.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { type FaultKind, faultRound, kernelAtFault } from "./harness/fault-rounds.ts";
import { readProofs } from "./harness/read-proofs.ts";

const rounds: readonly [FaultKind, string, cpus: number, seeds: readonly number[]][] = [
  ["calls", "start", 1, [1, 2]],
  ["memory", "start", 1, [5, 6]],
  ["timers", "pipes", 4, [9]],
];

for (const arch of archs)
  test.serial(
    `${arch}: errors, lack of memory and late timers on purpose do not harm the kernel`,
    async (t) => {
      t.timeout(20 * 60_000);
      for (const [kind, name, cpus, seeds] of rounds)
        for (const seed of seeds) {
          const round = { proof: readProofs([name])[0]!, arch, cpus, seed, kind };
          t.is(kernelAtFault(round, await faultRound(round)), undefined, `${name} ${cpus} ${seed}:${kind}`);
        }
    },
  );

test("one seed fails the same again, another one does not", async (t) => {
  const [proof] = readProofs(["start"]);
  const run = async (seed: number) => {
    const { output, status } = await faultRound({
      proof: proof!,
      arch: "riscv64",
      cpus: 1,
      seed,
      kind: "calls",
    });
    return { output, status };
  };
  const first = await run(1);
  t.deepEqual(await run(1), first);
  t.notDeepEqual(await run(2), first);
});

test("rounds that are told to stop do so, and count no run that was cut short", async (t) => {
  const options = ["--arch", "riscv64", "--cpus", "1", "--seeds", "1-100", "--kind", "timers", "start"];
  const rounds = spawn(process.execPath, [join(import.meta.dirname, "faults.ts"), ...options]);
  let output = "";
  rounds.stdout.on("data", (text) => {
    output += text;
    rounds.kill("SIGTERM");
  });
  const [status, signal] = await once(rounds, "close");
  // Between two rounds nobody takes the signal for anything else.
  t.true(status === 130 || signal === "SIGTERM", `${status} ${signal}: ${output}`);
  t.notRegex(output, /fault/);
});
