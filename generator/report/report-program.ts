/** `catkernel report` without its command line: from a file, and perhaps a record, to a report. */
import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { type GoFunction, readFunctions } from "../demand/functions.ts";
import { Image } from "../demand/image.ts";
import { readDemandOfFile } from "../demand/read-demand.ts";
import * as layout from "../elf/elf-layout.ts";
import { readFacts } from "../facts/facts.ts";
import { fail, type Outcome, type Problem, succeed } from "../problem.ts";
import { callsByNumber } from "../run/spec-calls.ts";
import { makeReport } from "./make-report.ts";
import type { Report } from "./report.ts";
import { readSeen } from "./seen.ts";
import { surelyComes } from "./surely.ts";
import { describeCalls } from "./table-words.ts";
import { refusedVerdict } from "./verdict.ts";

/** `shown`: what messages call the file. */
export async function reportProgram(
  path: string,
  recordPath: string | undefined,
  shown = path,
): Promise<Outcome<Report>> {
  const seen = recordPath === undefined ? undefined : await readSeen(recordPath);
  if (seen?.problems) return seen;
  const calls = await callsByNumber(await likelyArch(path));
  const demand = readDemandOfFile(path, calls);
  if (demand.problems?.some(({ code }) => code === "unreadable")) return demand;
  if (demand.problems) {
    const named = demand.problems.map((one) => ({ ...one, message: one.message.replaceAll(path, shown) }));
    return succeed(refusal(named));
  }
  // It was a program of bearable size a moment ago.
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (seen !== undefined && seen.value.program.sha256 !== sha256) {
    const { name } = seen.value.program;
    const fix = `Make one: catkernel run --record FILE ${path}.`;
    return fail("other-program", `${recordPath} is the record of another program, ${name}`, fix);
  }
  const { arch } = demand.value.program;
  const image = new Image(bytes, arch);
  const table = readFunctions(image, basename(path));
  if (table.problems) return table;
  const { functions } = table.value;
  return succeed(
    makeReport({
      file: { name: basename(path), bytes: bytes.length, sha256 },
      demand: demand.value,
      calls,
      names: namesByNumber(arch),
      descriptions: describeCalls(),
      sure: surelyComes(image, functions),
      run: seen && { seen: seen.value, nameOf: namer(functions) },
    }),
  );
}

/** Which rows to compare with; whether the file is what its first bytes say is found out later. */
async function likelyArch(path: string): Promise<Arch> {
  const { elfHeader, machineNumbers } = layout;
  const start = Buffer.alloc(elfHeader.size);
  try {
    const file = await open(path);
    await file.read(start).finally(() => file.close());
  } catch {
    // Whoever reads it next tells why it cannot be read.
  }
  const machine = start.readUInt16LE(elfHeader.machine);
  return archs.find((arch) => machineNumbers[arch] === machine) ?? "amd64";
}

/** A file that is no program for this kernel has a report, too: the verdict. */
export function refusal([problem]: readonly Problem[]): Report {
  const { message = "", fix = "" } = problem ?? {};
  return {
    format: "catkernel report 1",
    verdict: refusedVerdict(`${message}${/[.!?]$/.test(message) ? "" : "."}`, fix),
    families: [],
    requests: [],
    unresolved: [],
    paths: [],
  };
}

const namesByNumber = (arch: Arch) =>
  new Map([...readFacts().numbers[arch]].map(([name, number]) => [number, name]));

/** From an address in the program's text to the function that it lies in; empty where it lies in none. */
function namer(functions: readonly GoFunction[]): (address: number) => string {
  return (address) => {
    let [low, high] = [0, functions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((functions[middle]?.end ?? 0) < address) low = middle + 1;
      else high = middle;
    }
    const found = functions[low];
    // A return address may lie right behind a function that does not come back.
    return found !== undefined && address > found.start && address <= found.end ? found.name : "";
  };
}
