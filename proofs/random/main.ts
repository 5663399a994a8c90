/**
 * npm run random -- [--seed N] [--count N] [--arch A] [--machine M] [--cpus N] [--all] [--go COMMAND]: programs that seeds choose, on this
 * machine's Linux and in the image; what differs is cut down to the steps that it takes. Without --arch both, in the
 * machine that comes along.
 */
import { archsOf, readOptions, wholeNumber } from "../harness/options.ts";
import { argument, minimise, same } from "./minimise.ts";
import { bothSides, type Said, type Sides } from "./sides.ts";

/** Programs in one run: what a kernel keeps of one, the next ones meet. */
const perRun = 100;

const { values } = readOptions({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    arch: { type: "string" },
    machine: { type: "string", default: "model" },
    cpus: { type: "string", default: "2" },
    all: { type: "boolean", default: false },
    go: { type: "string", default: "go" },
  },
});
const wanted = archsOf(values.arch);
const first = wholeNumber("seed", values.seed);
const count = wholeNumber("count", values.count);
const cpus = wholeNumber("cpus", values.cpus);

for (const arch of wanted) {
  const where = `${arch} ${values.machine} with ${cpus} CPUs`;
  const differing = await tryAll(await bothSides({ arch, machine: values.machine, cpus, go: values.go }));
  console.log(`${where}: ${count} programs from ${first}, ${differing} differ from Linux`);
  if (differing > 0) process.exitCode = 1;
}

async function tryAll(sides: Sides): Promise<number> {
  let differing = 0;
  for (let seed = first; seed < first + count; seed += perRun) {
    const n = Math.min(perRun, first + count - seed);
    const programs = [`${seed}+${n}`];
    const [right, ours] = [await sides.linux(programs, false), await sides.kernel(programs, false)];
    if (right.rest !== "")
      throw new Error(`on Linux, after ${right.programs.length} programs: ${right.rest}`);
    const wrong = right.programs.filter((said, i) => !same(said, ours.programs[i]));
    differing += wrong.length;
    // One that ends the run takes those behind it along.
    for (const { title } of ours.rest === "" && values.all ? wrong : wrong.slice(0, 1))
      console.log(await explain(title, programs, sides));
    console.error(`${seed + n - first} of ${count}`);
    if (wrong.length > 0 && !values.all) break;
  }
  return differing;
}

async function explain(seed: string, all: readonly string[], sides: Sides): Promise<string> {
  const again = await sides.linux([seed], true);
  const right = await sides.linux([seed], true);
  if (!same(again.programs[0], right.programs[0]))
    return `program ${seed} is not the same twice on Linux:\n${difference(again.programs[0], right.programs[0])}`;
  const ours = await sides.kernel([seed], true);
  if (same(right.programs[0], ours.programs[0])) {
    const [before, after] = [
      await sides.linux(all, { after: seed }),
      await sides.kernel(all, { after: seed }),
    ];
    const of = (run: typeof before) => run.programs.find(({ title }) => title === seed);
    return `program ${seed} differs only behind others, ${all}:\n${difference(of(before), of(after))}\n${after.rest}`;
  }
  const steps = new Set(right.programs[0]!.lines.flatMap((line) => /^ {2}([1-9]\d*) /.exec(line)?.[1] ?? []));
  const few = argument(seed, await minimise(seed, [...steps].map(Number), sides));
  const [linux, kernel] = [await sides.linux([few], true), await sides.kernel([few], true)];
  return `program ${few} differs:\n${difference(linux.programs[0], kernel.programs[0])}\n${kernel.rest}`;
}

/** Lines of Linux behind -, of ours behind +, common ones without. */
function difference(right: Said | undefined, ours: Said | undefined): string {
  const [a, b] = [right?.lines ?? [], ours?.lines ?? []];
  const text: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i] === b[i]) text.push(` ${a[i]}`);
    else text.push(...(a[i] === undefined ? [] : [`-${a[i]}`]), ...(b[i] === undefined ? [] : [`+${b[i]}`]));
  }
  return text.join("\n");
}
