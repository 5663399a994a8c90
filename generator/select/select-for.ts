/** From program files to the selection that a kernel for them is cut to. */
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Demand } from "../demand/demand.ts";
import { readDemand } from "../demand/read-demand.ts";
import { readElf } from "../elf/elf-file.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { readTable } from "../read/read-table.ts";
import { argsOn, type CallRow } from "../read/table.ts";
import { type Kept, keptBy, programDigest, type Selection } from "./kept.ts";

/** A program's bytes and what messages call it. */
export type Program = { bytes: Buffer; name: string };

export type Selected = {
  arch: Arch;
  selection: Selection;
  /** Why nothing of the table could be left out; undefined if something was. */
  everything: string | undefined;
};

export async function selectFor(programs: readonly Program[]): Promise<Outcome<Selected>> {
  const read = [];
  for (const program of programs) {
    const demand = await demandOf(program);
    if (demand.problems) return demand;
    read.push({ ...program, ...demand.value });
  }
  const [first, ...more] = read;
  if (first === undefined) return fail("no-program", "no program is named that the kernel is for");
  const { arch } = first.demand.program;
  const other = more.find(({ demand }) => demand.program.arch !== arch);
  if (other !== undefined) {
    const message = `${first.name} is for ${arch}, but ${other.name} for ${other.demand.program.arch}`;
    return fail("wrong-machine", message, "A kernel is for one architecture: make two.");
  }

  const unforeseen = read.find(({ demand }) => demand.unresolved.length > 0);
  const kept =
    keptBy(
      read.map(({ demand }) => demand),
      await callsThatNameFiles(arch),
    ) ?? (await allOf(arch));
  const selection = {
    programs: read.map(({ name, digest }) => ({ name: name.slice(name.lastIndexOf("/") + 1), digest })),
    kept,
  };
  const everything = unforeseen && whyOpen(unforeseen.name, unforeseen.demand);
  return succeed({ arch, selection, everything });
}

/** The demand of one program, and the digest that a kernel made for it carries. */
export async function demandOf({
  bytes,
  name,
}: Program): Promise<Outcome<{ demand: Demand; digest: string }>> {
  const elf = readElf(bytes, name);
  if (elf.problems) return elf;
  const { arch, size } = elf.value;
  const table = await readTable();
  if (table.problems) return table;
  const calls = new Map(
    table.value.rows.flatMap(({ call }) => (call.nr[arch] === undefined ? [] : [[call.nr[arch], call]])),
  );
  const demand = readDemand(bytes, name, calls);
  if (demand.problems) return demand;
  return succeed({ demand: demand.value, digest: programDigest(bytes.subarray(0, size)) });
}

async function allOf(arch: Arch): Promise<Kept> {
  const { value: table } = await readTable();
  const here = table?.rows.filter(({ call }) => call.nr[arch] !== undefined) ?? [];
  return { calls: new Map(here.map(({ call }) => [call.name, "all"])), values: new Map(), paths: "any" };
}

/** The calls that take a path. */
export async function callsThatNameFiles(arch: Arch): Promise<ReadonlySet<string>> {
  const { value: table } = await readTable();
  const takesPath = ({ call }: CallRow) =>
    Object.values(argsOn(call, arch)).some((arg) => arg.kind === "string" && arg.path);
  return new Set(table?.rows.filter(takesPath).map(({ call }) => call.name));
}

function whyOpen(name: string, { unresolved }: Demand): string {
  const [first] = unresolved;
  return `${name} may ask for anything in ${first?.function} (${first?.why}): no call is left out`;
}
