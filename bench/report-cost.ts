/**
 * What a report costs: `catkernel report` as a user starts it, from the first instruction of Node to the last byte of the
 * text. Time is the median of some runs, memory the most of any.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Arch } from "../runtime-abi/arch.ts";
import { fetchGuest } from "../setup/guests.js";
import type { Single } from "./report.ts";

const command = join(import.meta.dirname, "../bin/catkernel.js");
const observer = join(import.meta.dirname, "report-observer.js");
const runs = 3;

const programs = (arch: Arch) => [
  { name: "esbuild", path: join(fetchGuest(`esbuild-${arch}`), "bin/esbuild") },
  { name: "tsc", path: join(fetchGuest(`typescript-${arch}`), "lib/tsc") },
];

export function reportCosts(arch: Arch): Single[] {
  return programs(arch).flatMap(({ name, path }) => {
    const all = Array.from({ length: runs }, () => measure(path));
    const seconds = all.map((one) => one.seconds).sort((a, b) => a - b)[runs >> 1] ?? Number.NaN;
    const memory = Math.max(...all.map((one) => one.memory));
    return [
      { what: `report on ${name}`, unit: "s", value: seconds, goal: 3 },
      { what: `report on ${name}, memory`, unit: "MiB", value: memory, goal: 1024 },
    ];
  });
}

function measure(path: string): { seconds: number; memory: number } {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", observer, command, "report", path], {
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  const told = /^most memory (\d+) KiB$/m.exec(stderr)?.[1];
  if (status !== 0 || told === undefined)
    throw new Error(`the report on ${path} ended with ${status}: ${stderr}`);
  return { seconds, memory: Number(told) / 1024 };
}
