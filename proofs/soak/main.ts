/**
 * node proofs/soak/main.ts [--time 1h] [--arch A] [--cpus 1,4]: proof soak for so long, in the time of the machine that comes
 * along. Prints what there was as time went by; status 1 if there was more at the end than at first.
 */
import { archsOf, readOptions, refuse, wholeNumber } from "../harness/options.ts";
import { soak } from "./soak.ts";

const { values } = readOptions({
  options: {
    time: { type: "string", default: "1h" },
    arch: { type: "string" },
    cpus: { type: "string", default: "4" },
  },
});
if (!/^(\d{1,6}(ms|s|m|h))+$/.test(values.time))
  refuse(`--time is as in 30s, 10m or 1h, not "${values.time}"`);
for (const arch of archsOf(values.arch))
  for (const cpus of values.cpus.split(",").map((text) => wholeNumber("cpus", text))) {
    const { looks, wrong, ms } = await soak({ arch, cpus, duration: values.time });
    console.log(`${arch} with ${cpus} CPUs, in ${Math.round(ms / 1000)} s:`);
    for (const { line, kernelKiB } of looks)
      console.log(`  ${line}, the kernel's ${kernelKiB - looks[0]!.kernelKiB} KiB more than at first`);
    console.log(wrong === undefined ? "  ends as it began" : `  wrong: ${wrong}`);
    if (wrong !== undefined) process.exitCode = 1;
  }
