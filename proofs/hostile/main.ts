/**
 * `npm run hostile`: the long version of the hostile tests. Damaged images are judged by both loaders; then, round after
 * round, each with its own seed, a program attacks the kernel until so many calls were made on each architecture. The
 * first harm ends it, with the command that shows it again.
 *
 *     npm run hostile -- [--arch amd64|riscv64] [--calls N] [--images N] [--seed N] [--rounds N] [--on qemu|model|poison]
 *
 * --on poison: each round twice on the model, with debug kernels whose unused memory differs, and nothing else may
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { archsOf, readOptions, refuse, wholeNumber } from "../harness/options.ts";
import { type Attack, type Attacked, attackKernel, withWhat } from "./attack.ts";
import { judgeImages } from "./images.ts";
import { attackPoisoned, poisonTarget } from "./poison.ts";
import { makeTarget } from "./target.ts";

const { calls, memory, code, frames, storms, threads, death, limits, kernel } = withWhat;

/** In turn; what dies early is seldom. */
const profiles: readonly Pick<Attack, "profile" | "threads" | "cpus">[] = [
  { profile: calls, threads: 1, cpus: 1 },
  { profile: calls, threads: 8, cpus: 2 },
  { profile: calls | kernel, threads: 6, cpus: 4 },
  { profile: calls | kernel | memory, threads: 4, cpus: 1 },
  { profile: calls | storms | kernel, threads: 4, cpus: 2 },
  { profile: calls | frames | kernel, threads: 4, cpus: 2 },
  { profile: calls | code | memory | kernel, threads: 4, cpus: 2 },
  { profile: calls | threads | kernel, threads: 4, cpus: 2 },
  { profile: calls | memory | code | frames | storms | kernel, threads: 8, cpus: 4 },
  { profile: calls | memory | code | frames | storms | threads | death | kernel, threads: 4, cpus: 4 },
  { profile: limits | calls, threads: 4, cpus: 1 },
];

const { values } = readOptions({
  options: {
    arch: { type: "string" },
    calls: { type: "string", default: "10000000" },
    images: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "1000000" },
    on: { type: "string", default: "qemu" },
  },
});
const numberOf = (name: "calls" | "images" | "seed" | "rounds") => wholeNumber(name, values[name]);
const { on } = values;
const chosen = archsOf(values.arch);
if (on !== "qemu" && on !== "model" && on !== "poison") refuse(`--on is qemu, model or poison, not "${on}"`);

const callsPerRound = on === "qemu" ? 250_000 : 30_000;
const [wanted, firstSeed, rounds] = [numberOf("calls"), numberOf("seed"), numberOf("rounds")];
const images = numberOf("images");
for (const name of chosen) {
  if (process.exitCode === undefined && images > 0) await judgeAll(name);
  if (process.exitCode === undefined && wanted > 0) await attackAll(name);
}

async function judgeAll(arch: Arch): Promise<void> {
  const judged = await judgeImages({ arch, count: images, firstSeed, address: true });
  const { accepted, refused, withArchive, wrong } = judged;
  const seen = `${accepted} accepted, ${withArchive} of them with an archive, ${refused} refused`;
  process.stdout.write(`${arch}: images: ${seen}, by host and kernel alike\n`);
  if (wrong.length === 0) return;
  process.stdout.write(`but not these:\n${wrong.join("\n")}\n`);
  process.exitCode = 1;
}

async function attackAll(name: Arch): Promise<void> {
  const attackOnce = await attacker(name);
  let made = 0;
  for (let seed = firstSeed; made < wanted && seed < firstSeed + rounds; seed++) {
    const how = profiles[seed % profiles.length]!;
    // Code that nobody has seen before is slow in QEMU and slower on the model.
    const most = (how.profile & code) === 0 ? callsPerRound : callsPerRound / 20;
    const round = Math.min(most, wanted - made);
    const { harm, death: died, ...done } = await attackOnce({ arch: name, seed, ...how, calls: round });
    made += done.calls;
    const what = `${done.calls} calls, ${done.faults} faults, ${done.signals} signals, ${done.frames} frames`;
    process.stdout.write(`${name}: seed ${seed}: ${what}${died ? `; ${died}` : ""}; ${made} calls in all\n`);
    if (harm === undefined) continue;
    const again = `npm run hostile -- --arch ${name} --on ${on} --seed ${seed} --rounds 1 --images 0 --calls ${round}`;
    process.stdout.write(`${harm}\nagain: ${again}\n`);
    process.exitCode = 1;
    return;
  }
}

async function attacker(arch: Arch): Promise<(attack: Attack) => Promise<Attacked>> {
  if (on === "poison") {
    const target = await poisonTarget(arch);
    return async (attack) =>
      await attackPoisoned(target, { ...attack, profile: attack.profile | withWhat.look });
  }
  const where = on === "model" ? on : "qemu";
  const target = await makeTarget(arch, where);
  return async (attack) => await attackKernel(target, { ...attack, on: where });
}
