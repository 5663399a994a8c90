/**
 * The methods that types and interface tables hold, found at the addresses that code names. A place counts as a type or as an
 * interface table if every field of it can be one; the layouts of the releases differ in too little to be told apart.
 * Source: Go, src/internal/abi/type.go and iface.go (Type, UncommonType, Method, ITab).
 */
import type { FunctionTable } from "./functions.ts";
import type { Graph } from "./graph.ts";
import { type Image, wordAt } from "./image.ts";

const type = { tflag: 20, align: 21, fieldAlign: 22, kind: 23, bytes: 48 } as const;
const uncommonFlag = 1;
const kindMask = 31;
const kinds = {
  array: 17,
  chan: 18,
  func: 19,
  interface: 20,
  map: 21,
  pointer: 22,
  slice: 23,
  struct: 25,
  last: 26,
} as const;
/** Where the uncommon part can begin; maps differ by release. */
const uncommonAt: Readonly<Record<number, readonly number[]>> = {
  [kinds.array]: [72],
  [kinds.chan]: [64],
  [kinds.func]: [56],
  [kinds.interface]: [80],
  [kinds.map]: [88, 96, 104, 112, 120],
  [kinds.pointer]: [56],
  [kinds.slice]: [56],
  [kinds.struct]: [80],
};
const uncommon = { methodCount: 4, exportedCount: 6, methodsOffset: 8, bytes: 16 } as const;
const method = { interfaceCode: 8, code: 12, bytes: 16 } as const;
const mostMethods = 2048;
/** The linker's mark for methods that it left out; some releases leave 0. */
const leftOut = 0xffffffff;
const interfaceTable = { type: 8, functions: 24 } as const;

export class TypeTable {
  readonly #image: Image;
  readonly #graph: Graph;
  readonly #text: number;
  /** The methods of all types of the program: what reflection and conversions to interfaces can find. */
  readonly methods: ReadonlySet<number>;

  constructor(image: Image, graph: Graph, table: FunctionTable) {
    this.#image = image;
    this.#graph = graph;
    this.#text = table.text;
    const methods = new Set<number>();
    for (const { executable, writable, address, fileEnd, offset } of image.segments) {
      if (executable || writable) continue;
      const end = offset + fileEnd - address - type.bytes;
      for (let at = offset; at < end; at += 8) {
        if (at - offset + address === table.address) at += table.bytes & ~7;
        if (at < end) for (const index of this.#ofType(at)) methods.add(index);
      }
    }
    this.methods = methods;
  }

  /** The methods of the type or interface table at an address; none if nothing like that is there. */
  methodsAt(address: number): readonly number[] {
    const offset = this.#image.offsetOf(address, type.bytes);
    if (offset < 0) return [];
    return [...this.#ofTable(offset), ...this.#ofType(offset)];
  }

  #functionOf(address: number): number | undefined {
    const index = this.#graph.functionAt(address);
    return index !== undefined && this.#graph.functions[index]!.start === address ? index : undefined;
  }

  #ofTable(offset: number): number[] {
    const { view } = this.#image;
    const found: number[] = [];
    if (!this.#isType(this.#image.offsetOf(wordAt(view, offset + interfaceTable.type), type.bytes)))
      return [];
    for (let at = offset + interfaceTable.functions; at + 8 <= view.byteLength; at += 8) {
      const index = this.#functionOf(wordAt(view, at));
      if (index === undefined) break;
      found.push(index);
    }
    return found;
  }

  #isType(offset: number): boolean {
    if (offset < 0) return false;
    const { view } = this.#image;
    const kind = view.getUint8(offset + type.kind) & kindMask;
    const align = view.getUint8(offset + type.align);
    const isAlignment = align === 1 || align === 2 || align === 4 || align === 8;
    return kind > 0 && kind <= kinds.last && isAlignment && view.getUint8(offset + type.fieldAlign) === align;
  }

  #ofType(offset: number): number[] {
    const { view } = this.#image;
    if (!(view.getUint8(offset + type.tflag) & uncommonFlag) || !this.#isType(offset)) return [];
    const kind = view.getUint8(offset + type.kind) & kindMask;
    for (const at of uncommonAt[kind] ?? [type.bytes]) {
      const found = this.#ofUncommon(offset + at);
      if (found !== undefined) return found;
    }
    return [];
  }

  #ofUncommon(offset: number): number[] | undefined {
    const { view } = this.#image;
    if (offset + uncommon.bytes > view.byteLength) return undefined;
    const count = view.getUint16(offset + uncommon.methodCount, true);
    const first = offset + view.getUint32(offset + uncommon.methodsOffset, true);
    if (count > mostMethods || view.getUint16(offset + uncommon.exportedCount, true) > count)
      return undefined;
    if (first + count * method.bytes > view.byteLength) return undefined;
    const found: number[] = [];
    for (let at = first; at < first + count * method.bytes; at += method.bytes) {
      for (const field of [method.interfaceCode, method.code]) {
        const code = view.getUint32(at + field, true);
        if (code === leftOut || code === 0) continue;
        const index = this.#functionOf(this.#text + code);
        if (index === undefined) return undefined;
        found.push(index);
      }
    }
    return found;
  }
}
