/** One row of the table: a program, built by one release for one architecture, watched and held against its demand. */
import { readDemandOfFile } from "../../generator/demand/read-demand.ts";
import { callsByNumber } from "../../generator/run/spec-calls.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Proof } from "../harness/read-proofs.ts";
import { unwrap } from "../harness/unwrap.ts";
import { missesOf, precisionOf } from "./compare.ts";
import { seenInKernel } from "./in-kernel.ts";
import { type Seen, watch } from "./seen.ts";

export type Recall = {
  readonly title: string;
  /** Different calls: foretold, and seen. */
  readonly told: number;
  readonly seen: number;
  /** All calls seen, each time counted. */
  readonly times: number;
  readonly unresolved: readonly string[];
  readonly misses: readonly string[];
  readonly ms: number;
};

export type Subject = {
  readonly title: string;
  readonly arch: Arch;
  readonly binary: string;
  readonly work: string;
  readonly env?: Record<string, string>;
  readonly inKernel?: readonly (readonly string[])[];
};

export async function recallOf({ title, arch, binary, work, env, inKernel = [] }: Subject): Promise<Recall> {
  const calls = await callsByNumber(arch);
  const start = performance.now();
  const demand = unwrap(readDemandOfFile(binary, calls));
  const ms = performance.now() - start;
  const seen: Seen[] = watch(arch, binary, work, env);
  if (seen.length === 0) throw new Error(`${title}: nothing was seen`);
  for (const args of inKernel) seen.push(...(await seenInKernel(arch, binary, args)));
  return {
    title: `${title} ${arch}`,
    ...precisionOf(demand, seen),
    times: seen.length,
    unresolved: demand.unresolved.map((site) => site.function),
    misses: await missesOf(demand, seen, arch),
    ms,
  };
}

/** All cases of proofs, one after the other; they print, and nobody looks. */
export function workOfProofs(proofs: readonly Proof[]): string {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  return proofs
    .flatMap(({ name, cases, env, root }) =>
      cases.map(({ args }) => {
        const variables = [...env, ...(root === undefined ? [] : [`PROOF_ROOT=${root}`])].map(quote);
        return `timeout 120 env ${variables.join(" ")} $RUN ${[name, ...args].map(quote).join(" ")}`;
      }),
    )
    .join("\n");
}

export function formatRecall(rows: readonly Recall[]): string {
  const width = Math.max(...rows.map(({ title }) => title.length));
  const lines = rows.map(({ title, told, seen, times, unresolved, misses, ms }) => {
    const open = unresolved.length > 0 ? `, any call at ${unresolved.join(", ")}` : "";
    const missed = misses.length > 0 ? `, MISSED ${misses.join("; ")}` : "";
    return `${title.padEnd(width)}  told ${told}, seen ${seen} (${times} times), ${Math.round(ms)} ms${open}${missed}`;
  });
  return lines.join("\n");
}
