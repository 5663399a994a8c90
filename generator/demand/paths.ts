/**
 * Absolute paths of the system that stand in the program: strings that code names together with their length, and strings of
 * tables and variables. That a path stands there does not say that it will be opened.
 */
import type { PathUse } from "./demand.ts";
import type { FunctionTable } from "./functions.ts";
import type { Graph } from "./graph.ts";
import { type Image, wordAt } from "./image.ts";
import type { Reach } from "./reach.ts";

const slash = 0x2f;
const shortest = 4;
const longest = 255;
const folders = "etc|proc|sys|dev|usr|var|lib|lib64|run|tmp|bin|sbin|opt|root|home";
const systemPath = new RegExp(`^/(${folders})(/[\\w.+@%-]+)*/?\0?$`);
const systemFolder = new RegExp(`^/(${folders})`);
const beginsAsPath = (bytes: Buffer, offset: number): boolean =>
  systemFolder.test(bytes.toString("latin1", offset, offset + shortest + 2));
/** How far from a string's address its length can stand, in instructions. */
const nearby = 6;

export function findPaths(image: Image, graph: Graph, table: FunctionTable, reach: Reach): PathUse[] {
  const found = new Map<string, Set<number>>();
  const textAt = (address: number, length: number): string | undefined => {
    if (length < shortest || length > longest) return undefined;
    const offset = image.offsetOf(address, length);
    if (offset < 0 || image.bytes[offset] !== slash) return undefined;
    const text = image.bytes.toString("latin1", offset, offset + length);
    return systemPath.test(text) ? text.replace(/\0$/, "") : undefined;
  };
  const note = (path: string, users: Iterable<number>) => {
    const known = found.get(path) ?? new Set();
    for (const user of users) known.add(user);
    found.set(path, known);
  };

  const known = new Map<number, boolean>();
  const isString = (address: number): boolean => {
    let answer = known.get(address);
    if (answer === undefined) {
      const offset = image.offsetOf(address);
      const begins = offset >= 0 && image.bytes[offset] === slash;
      answer = begins && !image.segmentOf(address)?.executable && beginsAsPath(image.bytes, offset);
      known.set(address, answer);
    }
    return answer;
  };
  const isConstant = graph.code.machine.isa.instructions.map(({ name }) =>
    graph.code.machine.constants.test(name),
  );
  for (const [index, named] of graph.named.entries()) {
    if (!reach.isReached(index)) continue;
    const strings = new Set([...named].filter(isString));
    if (strings.size > 0)
      for (const path of stringsOf(graph, index, strings, isConstant, textAt)) note(path, [index]);
  }

  // Strings in data: their headers first, then who names those.
  const headers = new Map<number, string>();
  for (const { executable, address, fileEnd, offset } of image.segments) {
    if (executable) continue;
    const end = offset + fileEnd - address;
    for (let at = offset; at + 16 <= end; at += 8) {
      const there = at - offset + address;
      if (there === table.address) at += table.bytes & ~7;
      if (at + 16 > end) break;
      const length = wordAt(image.view, at + 8);
      if (length < shortest || length > longest) continue;
      const path = textAt(wordAt(image.view, at), length);
      if (path === undefined) continue;
      headers.set(there, path);
      note(path, []);
    }
  }
  for (const [index, named] of graph.named.entries()) {
    if (!reach.isReached(index)) continue;
    for (const address of named) {
      const path = headers.get(address);
      if (path !== undefined) note(path, [index]);
    }
  }
  return [...found.keys()]
    .sort()
    .map((path) => ({ path, functions: [...new Set(reach.namesOf([...found.get(path)!]))].sort() }));
}

/** The strings of one function: each address with the nearest number beside it that makes it a path. */
function* stringsOf(
  { code, functions }: Graph,
  index: number,
  strings: ReadonlySet<number>,
  isConstant: readonly boolean[],
  textAt: (address: number, length: number) => string | undefined,
): Generator<string> {
  const { decoded, machine } = code;
  const fn = functions[index]!;
  const { from, to } = code.boundsOf(fn);
  const numbers: number[] = [];
  const uses: { position: number; address: number }[] = [];
  const upper = new Map<number, number>();
  for (let at = from; at < to; at += decoded.length) {
    const kind = code.at(at, to);
    if (kind === undefined) break;
    const address = fn.start + at - from;
    const isName = decoded.base === machine.isa.pc.offset;
    const base = upper.get(decoded.r1);
    const named = isName
      ? address + decoded.length + decoded.displacement
      : base === undefined
        ? -1
        : base + decoded.immediate;
    if (strings.has(named)) uses.push({ position: numbers.length, address: named });
    if (kind.sets === "pc-relative") upper.set(decoded.r0, address + decoded.immediate);
    else if (kind.memory !== "writes") upper.delete(decoded.r0);
    const isNumber = isConstant[decoded.instruction] === true && decoded.r1 === 0;
    numbers.push(isNumber ? decoded.immediate : 0);
  }
  for (const { position, address } of uses) {
    for (let distance = 1; distance <= nearby; distance++) {
      const path =
        textAt(address, numbers[position + distance] ?? 0) ??
        textAt(address, numbers[position - distance] ?? 0);
      if (path === undefined) continue;
      yield path;
      break;
    }
  }
}
