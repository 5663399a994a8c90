/**
 * Which functions can run, and by which way. Ways go along calls, and from a function to what it can hand on: functions
 * whose address it names, directly or by a word of data that it names, and the methods of the types and interface tables
 * that it names. What only data name is reached, too, because somebody may find it there; what nobody names is not.
 */
import type { Root } from "./demand.ts";
import type { Graph } from "./graph.ts";
import { type Image, wordAt } from "./image.ts";
import type { Memory } from "./memory.ts";
import { calledOnlyWith, heldFor } from "./runtime-facts.ts";
import type { TypeTable } from "./types.ts";

const roots: readonly Root[] = ["main", "init", "runtime", "data"];
/** `main.init`, `net/http.init.0`, and what the compiler moves out of them. */
const isInit = (name: string): boolean => /\.init(\.\d+)?$|\.map\.init\.\d+$/.test(name);
const isMain = (name: string): boolean => name === "main.main";

export class Reach {
  readonly #graph: Graph;
  readonly #edges: (readonly number[] | undefined)[] = [];
  readonly #image: Image;
  readonly #types: TypeTable;
  readonly #byAddress = new Map<number, readonly number[]>();
  /** Handed on, but to nobody. */
  readonly #uncalled = new Set<number>();
  /** Called in the code, but never when it runs. */
  readonly #idle: ReadonlySet<number>;
  /** By root: the function before each on a shortest way; -1 for the root itself. */
  readonly #before = new Map<Root, Map<number, number>>();
  /** Functions that are handed on somewhere: who calls them nobody can tell. */
  readonly handedOn: ReadonlySet<number>;

  constructor(image: Image, graph: Graph, memory: Memory, types: TypeTable) {
    this.#graph = graph;
    this.#image = image;
    this.#types = types;
    const handedOn = new Set([...memory.functions, ...types.methods]);
    for (const address of graph.taken) {
      const index = graph.functionAt(address);
      if (index !== undefined && graph.functions[index]!.start === address) handedOn.add(index);
    }
    const names = new Set(graph.functions.map(({ name }) => name));
    for (const index of [...handedOn]) {
      const caller = heldFor[graph.functions[index]!.name];
      if (caller === undefined || names.has(caller)) continue;
      handedOn.delete(index);
      this.#uncalled.add(index);
    }
    this.handedOn = handedOn;
    this.#idle = new Set(
      graph.functions.flatMap(({ name }, index) => {
        const maker = calledOnlyWith[name.replace(/\.abi0$/, "")];
        return maker === undefined || names.has(maker) || handedOn.has(index) ? [] : [index];
      }),
    );

    const indexes = graph.functions.keys();
    const all = [...indexes];
    const named = (is: (name: string) => boolean) => all.filter((index) => is(graph.functions[index]!.name));
    const entry = graph.functionAt(image.entry);
    const starts = { main: named(isMain), init: named(isInit), runtime: entry === undefined ? [] : [entry] };
    // Each root's ways stay its own: the runtime calls main and every init.
    const others = new Set([...starts.main, ...starts.init]);
    this.#before.set("main", this.#search(starts.main, new Set(starts.init)));
    this.#before.set("init", this.#search(starts.init, new Set(starts.main)));
    this.#before.set("runtime", this.#search(starts.runtime, others));
    const rest = all.filter(
      (index) => handedOn.has(index) && !this.#isReachedBy(index, ["main", "init", "runtime"]),
    );
    this.#before.set("data", this.#search(rest, new Set()));
  }

  isReached(index: number): boolean {
    return this.#isReachedBy(index, roots);
  }
  get count(): number {
    return this.#graph.functions.keys().reduce((count, index) => count + (this.isReached(index) ? 1 : 0), 0);
  }

  /** A shortest way from each kind of root; the data's only where there is no other. */
  waysTo(index: number): { from: Root; functions: readonly number[] }[] {
    const found: { from: Root; functions: readonly number[] }[] = [];
    for (const from of roots) {
      const before = this.#before.get(from)!;
      if (!before.has(index) || (from === "data" && found.length > 0)) continue;
      const functions: number[] = [];
      for (let at = index; at >= 0; at = before.get(at)!) functions.unshift(at);
      found.push({ from, functions });
    }
    return found;
  }
  /** The linker's stepping stones to far functions are left out. */
  namesOf(functions: readonly number[]): string[] {
    return functions
      .map((index) => this.#graph.functions[index]!.name)
      .filter((name) => !/-tramp\d+$/.test(name));
  }

  #isReachedBy(index: number, kinds: readonly Root[]): boolean {
    return kinds.some((root) => this.#before.get(root)!.has(index));
  }

  #search(starts: readonly number[], shut: ReadonlySet<number>): Map<number, number> {
    const before = new Map<number, number>(starts.map((start) => [start, -1]));
    const queue = [...starts];
    for (const from of queue) {
      for (const to of this.#edgesOf(from)) {
        if (before.has(to) || shut.has(to)) continue;
        before.set(to, from);
        queue.push(to);
      }
    }
    return before;
  }

  #edgesOf(index: number): readonly number[] {
    const known = this.#edges[index];
    if (known !== undefined) return known;
    const { callees, named } = this.#graph;
    const edges = new Set(callees[index]);
    for (const address of named[index]!) for (const found of this.#functionsBy(address)) edges.add(found);
    for (const uncalled of this.#uncalled) if (!callees[index]!.has(uncalled)) edges.delete(uncalled);
    for (const idle of this.#idle) edges.delete(idle);
    edges.delete(index);
    const list = [...edges];
    this.#edges[index] = list;
    return list;
  }

  /** What whoever names an address can hand on: the function there, that in the word there, the methods there. */
  #functionsBy(address: number): readonly number[] {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const { functionAt, functions } = this.#graph;
    const offset = this.#image.offsetOf(address, 8);
    const places = offset < 0 ? [address] : [address, wordAt(this.#image.view, offset)];
    const direct = places.flatMap((place) => {
      const found = functionAt(place);
      return found !== undefined && functions[found]!.start === place ? [found] : [];
    });
    const all = [...direct, ...this.#types.methodsAt(address)];
    this.#byAddress.set(address, all);
    return all;
  }
}
