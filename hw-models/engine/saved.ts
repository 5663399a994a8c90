/**
 * Snapshots: each CPU's state and counts, and the pages of RAM that are not zero. TLBs and decoded slots are made
 * again. The format is little-endian: u32 version, u32 length of a JSON head, the head, states, pages.
 */
import type { EngineCpu } from "./cpu.ts";
import { pageBytes } from "./layout.ts";
import type { Physical } from "./physical.ts";

const version = 1;
type Head = {
  stateBytes: number;
  ramBytes: number;
  cpus: { waiting: boolean; total: number; user: number }[];
  /** Runs of non-zero pages: first, count. */
  runs: [number, number][];
};

const wordsOf = (ram: Uint8Array) => new Int32Array(ram.buffer, ram.byteOffset, ram.length / 4);

/** Most of a large memory is zero: this is what saving takes its time for. */
function nonZeroRuns(words: Int32Array): [number, number][] {
  const perPage = pageBytes / 4;
  const runs: [number, number][] = [];
  for (let page = 0; page * perPage < words.length; page++) {
    const end = (page + 1) * perPage;
    let at = page * perPage;
    while (at < end && (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0) at += 4;
    if (at === end) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === page) last[1]++;
    else runs.push([page, 1]);
  }
  return runs;
}

export function saveEngine(cpus: readonly EngineCpu[], physical: Physical): Uint8Array {
  const { ram } = physical;
  const runs = nonZeroRuns(wordsOf(ram));
  const head: Head = {
    stateBytes: cpus[0]!.state.byteLength,
    ramBytes: ram.length,
    cpus: cpus.map((cpu) => ({ waiting: cpu.waiting, total: cpu.instructions, user: cpu.user })),
    runs,
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const pages = runs.reduce((sum, [, count]) => sum + count, 0);
  const saved = new Uint8Array(8 + text.length + cpus.length * head.stateBytes + pages * pageBytes);
  const view = new DataView(saved.buffer);
  view.setUint32(0, version, true);
  view.setUint32(4, text.length, true);
  saved.set(text, 8);
  let at = 8 + text.length;
  for (const { state } of cpus) {
    saved.set(new Uint8Array(state.buffer, state.byteOffset, state.byteLength), at);
    at += state.byteLength;
  }
  for (const [first, count] of runs) {
    saved.set(ram.subarray(first * pageBytes, (first + count) * pageBytes), at);
    at += count * pageBytes;
  }
  return saved;
}

export function loadEngine(saved: Uint8Array, cpus: readonly EngineCpu[], physical: Physical): void {
  const view = new DataView(saved.buffer, saved.byteOffset, saved.byteLength);
  if (saved.length < 8 || view.getUint32(0, true) !== version)
    throw new Error("not a snapshot of this engine");
  const textEnd = 8 + view.getUint32(4, true);
  const head = JSON.parse(new TextDecoder().decode(saved.subarray(8, textEnd))) as Head;
  const { ram } = physical;
  const fits =
    head.ramBytes === ram.length &&
    head.cpus.length === cpus.length &&
    head.stateBytes === cpus[0]!.state.byteLength;
  if (!fits) throw new Error("the snapshot is of a machine with other memory or CPUs");
  let at = textEnd;
  cpus.forEach((cpu, index) => {
    const { waiting, total, user } = head.cpus[index]!;
    const { state } = cpu;
    new Uint8Array(state.buffer, state.byteOffset, state.byteLength).set(
      saved.subarray(at, at + state.byteLength),
    );
    at += state.byteLength;
    cpu.waiting = waiting;
    cpu.resetCounts(total, user);
  });
  // Pages that nobody has touched take no memory of the host's: they are read, and written only where they are not zero.
  for (const [first, count] of nonZeroRuns(wordsOf(ram)))
    ram.fill(0, first * pageBytes, (first + count) * pageBytes);
  for (const [first, count] of head.runs) {
    ram.set(saved.subarray(at, at + count * pageBytes), first * pageBytes);
    at += count * pageBytes;
  }
}
