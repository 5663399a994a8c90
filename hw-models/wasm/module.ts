/**
 * Writes a WebAssembly module: types, imports, functions, one table, exports, elements. Imports come first, because
 * functions are numbered behind the imported ones.
 *
 * Source: WebAssembly Core Specification 2.0, section 5.5 (modules).
 */
import type { Type } from "../meaning/operators.ts";
import { Bytes } from "./bytes.ts";
import { Code } from "./code.ts";
import { funcref, op, valueTypes } from "./opcodes.ts";

const section = { type: 1, import: 2, function: 3, table: 4, export: 7, element: 9, code: 10 } as const;
const external = { function: 0, table: 1, memory: 2 } as const;
const functionType = 0x60;

/** A module has at most one memory and one table here; both have index 0. */
export class ModuleWriter {
  readonly #types = new Map<string, number>();
  readonly #typeBytes = new Bytes();
  readonly #imports = new Bytes();
  readonly #exports = new Bytes();
  readonly #elements = new Bytes();
  readonly #functions: { type: number; code: Code }[] = [];
  #importCount = 0;
  #importedFunctions = 0;
  #exportCount = 0;
  #elementCount = 0;
  #tableSize: number | undefined;

  type(takes: readonly Type[], gives: readonly Type[]): number {
    const key = `${takes.join(" ")}:${gives.join(" ")}`;
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    this.#typeBytes.byte(functionType);
    for (const list of [takes, gives]) {
      this.#typeBytes.u32(list.length);
      for (const type of list) this.#typeBytes.byte(valueTypes[type]);
    }
    this.#types.set(key, this.#types.size);
    return this.#types.size - 1;
  }

  #import(module: string, name: string, kind: number): void {
    this.#imports.name(module);
    this.#imports.name(name);
    this.#imports.byte(kind);
    this.#importCount++;
  }
  importFunction(module: string, name: string, takes: readonly Type[], gives: readonly Type[]): number {
    if (this.#functions.length > 0) throw new Error("imports come before functions");
    const type = this.type(takes, gives);
    this.#import(module, name, external.function);
    this.#imports.u32(type);
    return this.#importedFunctions++;
  }
  importMemory(module: string, name: string): void {
    this.#import(module, name, external.memory);
    this.#imports.byte(0);
    this.#imports.u32(1);
  }
  importTable(module: string, name: string): void {
    this.#import(module, name, external.table);
    this.#imports.byte(funcref);
    this.#imports.byte(0);
    this.#imports.u32(0);
  }
  table(size: number): void {
    this.#tableSize = size;
  }

  /** A function of this module; its body may be written at any time before `toBytes`. */
  function(takes: readonly Type[], gives: readonly Type[], capacity?: number): { index: number; code: Code } {
    const code = new Code(takes.length, capacity);
    const type = this.type(takes, gives);
    return { index: this.#importedFunctions + this.#functions.push({ type, code }) - 1, code };
  }

  exportFunction(name: string, index: number): void {
    this.#exports.name(name);
    this.#exports.byte(external.function);
    this.#exports.u32(index);
    this.#exportCount++;
  }
  exportTable(name: string): void {
    this.#exports.name(name);
    this.#exports.byte(external.table);
    this.#exports.u32(0);
    this.#exportCount++;
  }

  /** Fills the table from `offset` on. */
  elements(offset: number, functions: readonly number[]): void {
    this.#elements.u32(0);
    this.#elements.byte(op.i32Const);
    this.#elements.s32(offset);
    this.#elements.byte(op.end);
    this.#elements.u32(functions.length);
    for (const index of functions) this.#elements.u32(index);
    this.#elementCount++;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const codes = new Bytes(1 << 16);
    const kinds = new Bytes();
    for (const { type, code } of this.#functions) {
      kinds.u32(type);
      code.appendTo(codes);
    }
    const tables = new Bytes();
    if (this.#tableSize !== undefined) {
      tables.byte(funcref);
      tables.byte(0);
      tables.u32(this.#tableSize);
    }
    const out = new Bytes(codes.length + 4096);
    out.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const put = (id: number, count: number, content: Bytes): void => {
      if (count === 0) return;
      const prefix = new Bytes(8);
      prefix.u32(count);
      out.byte(id);
      out.u32(prefix.length + content.length);
      out.append(prefix);
      out.append(content);
    };
    put(section.type, this.#types.size, this.#typeBytes);
    put(section.import, this.#importCount, this.#imports);
    put(section.function, this.#functions.length, kinds);
    put(section.table, this.#tableSize === undefined ? 0 : 1, tables);
    put(section.export, this.#exportCount, this.#exports);
    put(section.element, this.#elementCount, this.#elements);
    put(section.code, this.#functions.length, codes);
    return out.result();
  }
}
