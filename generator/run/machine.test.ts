import test from "ava";
import { checkMachine, type Machine } from "./machine.ts";
import { formatBytes, parseMemorySize } from "./memory-size.ts";

const mib = 2 ** 20;

function size(text: string, bytes: number | undefined): void {
  test(`--memory ${text}`, (t) => t.is(parseMemorySize(text), bytes));
}
size("512M", 512 * mib);
size("2g", 2048 * mib);
size("65536K", 64 * mib);
size("128", 128 * mib);
size("1GiB", 1024 * mib);
size("much", undefined);
size("-1M", undefined);
size("", undefined);

function machine(
  title: string,
  code: string | undefined,
  change: Partial<Machine>,
  imageBytes = 10 * mib,
): void {
  test(title, (t) => {
    const asked: Machine = { arch: "amd64", name: "q35", cpus: 1, memoryBytes: 512 * mib, ...change };
    t.is(checkMachine(asked, imageBytes).problems?.[0]?.code, code);
  });
}
machine("a plain machine is fine", undefined, {});
machine("64 CPUs are fine", undefined, { cpus: 64 });
machine("65 CPUs are too many", "bad-cpus", { cpus: 65 });
machine("no CPU is too few", "bad-cpus", { cpus: 0 });
machine("half a CPU is none", "bad-cpus", { cpus: 1.5 });
machine("a number that is none", "bad-cpus", { cpus: Number("two") });
machine("8 MiB are too little", "too-little-memory", { memoryBytes: 8 * mib }, 2 * mib);
machine("an image larger than memory", "too-little-memory", {}, 600 * mib);
machine("a machine nobody knows", "no-such-machine", { name: "pdp11" });
machine("a machine of the other architecture", "no-such-machine", { name: "virt" });

test("sizes are told in units", (t) => {
  t.deepEqual([999, 1536, 10.94 * mib, 3 * 1024 * mib].map(formatBytes), [
    "999 bytes",
    "1.5 KiB",
    "10.9 MiB",
    "3 GiB",
  ]);
});
