/**
 * What memory tells before the program runs: constants, and words that name code. Of variables only one is believed to keep its
 * first value (`runtime-facts.ts`), if no code writes to it by name and neither code nor data hold its address: of others
 * nobody can tell whether they are parts of something that is changed as a whole.
 */
import type { FunctionTable, GoFunction } from "./functions.ts";
import type { Graph } from "./graph.ts";
import { type Image, wordAt } from "./image.ts";
import { any, constant, type Value } from "./values.ts";

const wordBytes = 8;
/** The compiler makes tables for eight cases and more (Go, src/cmd/compile/internal/ssagen: minCases). */
const shortestTable = 4;

export class Memory {
  readonly #image: Image;
  readonly #graph: Graph;
  /** Functions whose address some word of the data is. */
  readonly functions: ReadonlySet<number>;
  /** Addresses inside of functions that words of the data name: where jumps by table go. Ascending. */
  readonly #labels: readonly number[];
  /** Addresses in writable segments that words of the data name. */
  readonly #pointed: ReadonlySet<number>;

  constructor(image: Image, graph: Graph, table: FunctionTable) {
    this.#image = image;
    this.#graph = graph;
    const functions = new Set<number>();
    const labels = new Set<number>();
    const pointed = new Set<number>();
    const text = { start: graph.functions[0]!.start, end: graph.functions.at(-1)!.end };
    const variables = image.segments.filter(({ writable }) => writable);
    const [low, high] = [
      Math.min(...variables.map(({ address }) => address)),
      Math.max(...variables.map(({ end }) => end)),
    ];
    // A jump table is a run of words that all name the same function; a single one may be any number.
    let run: { index: number; words: number[] } = { index: -1, words: [] };
    for (const word of wordsOf(image, table)) {
      let index: number | undefined;
      if (word >= text.start && word < text.end) {
        index = graph.functionAt(word);
        if (index !== undefined && graph.functions[index]!.start === word) functions.add(index);
      } else if (word >= low && word < high) pointed.add(word);
      if (index !== run.index || index === undefined) run = { index: index ?? -1, words: [] };
      if (index === undefined) continue;
      run.words.push(word);
      if (run.words.length === shortestTable) for (const label of run.words) labels.add(label);
      else if (run.words.length > shortestTable) labels.add(word);
    }
    this.functions = functions;
    this.#pointed = pointed;
    this.#labels = [...labels].sort((a, b) => a - b);
  }

  labelsIn({ start, end }: GoFunction): number[] {
    let [low, high] = [0, this.#labels.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#labels[middle]! < start) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let index = low; index < this.#labels.length && this.#labels[index]! < end; index++) {
      found.push(this.#labels[index]!);
    }
    return found;
  }

  /** What a load of so many bytes gives, zero-extended or with its sign. */
  read(address: number, bytes: number, signed: boolean): Value {
    const segment = this.#image.segmentOf(address);
    if (segment === undefined || bytes > wordBytes || (segment.writable && this.#isChanged(address)))
      return any;
    const offset = this.#image.offsetOf(address, bytes);
    if (offset < 0) return segment.writable ? constant(0) : any;
    const word = Buffer.alloc(wordBytes);
    this.#image.bytes.copy(word, 0, offset, offset + bytes);
    const unsigned = word.readBigUInt64LE();
    const isSigned = signed || bytes === wordBytes;
    return constant(Number(isSigned ? BigInt.asIntN(8 * bytes, unsigned) : unsigned));
  }

  #isChanged(address: number): boolean {
    const { written, taken } = this.#graph;
    for (let at = address - wordBytes + 1; at < address + wordBytes; at++) if (written.has(at)) return true;
    return taken.has(address) || this.#pointed.has(address);
  }
}

/** All aligned words of the segments that hold no code, but for the table of functions, which names them all. */
function* wordsOf({ segments, view }: Image, table: FunctionTable): Generator<number> {
  for (const { executable, offset, address, fileEnd } of segments) {
    if (executable) continue;
    const end = offset + fileEnd - address;
    for (let at = offset; at + wordBytes <= end; at += wordBytes) {
      if (at - offset + address === table.address) at += table.bytes & ~(wordBytes - 1);
      if (at + wordBytes <= end) yield wordAt(view, at);
    }
  }
}
