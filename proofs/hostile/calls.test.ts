/** A short round of `npm run hostile`: a program attacks the kernel, and the kernel is afterwards what it was. */
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { type Attack, attackKernel, type Target, withWhat } from "./attack.ts";
import { makeTarget } from "./target.ts";

const { calls, frames, limits } = withWhat;

type Round = Pick<Attack, "profile" | "calls" | "cpus" | "threads" | "on"> & { title: string };
const rounds: readonly Round[] = [
  {
    title: "no call on the model lets an address of the kernel slip",
    ...{ on: "model", profile: calls, calls: 4000, cpus: 2, threads: 2 },
  },
  {
    title: "no frame that a handler forged harms the kernel",
    ...{ on: "model", profile: calls | frames, calls: 4000, cpus: 1, threads: 2 },
  },
  {
    title: "what there is no more of is told by an error, and given back the kernel's memory is what it was",
    ...{ on: "qemu", profile: limits, calls: 1, cpus: 1, threads: 0 },
  },
];

const targets = new Map<string, Promise<Target>>();
function target(arch: Arch, on: Attack["on"]): Promise<Target> {
  const made = targets.get(`${arch} ${on}`) ?? makeTarget(arch, on);
  targets.set(`${arch} ${on}`, made);
  return made;
}

for (const arch of archs)
  for (const { title, ...round } of rounds)
    test.serial(`${arch}: ${title}`, async (t) => {
      const attacked = await attackKernel(await target(arch, round.on), { arch, seed: 1, ...round });
      t.is(attacked.harm, undefined);
      // It may die of what it does to itself, but not at once: then nothing would be proved.
      t.true(attacked.calls > 1000, attacked.death);
    });
