/**
 * The host's WebAssembly, typed: TypeScript declares it only together with a browser's whole world. Synchronous, as the
 * translator needs it.
 */
export type Table = {
  get(index: number): unknown;
  set(index: number, value: unknown): void;
  readonly length: number;
};
export type Memory = { readonly buffer: ArrayBuffer };
export type Module = object;
export type Instance = { readonly exports: Record<string, unknown> };
export type Imports = Record<string, Record<string, unknown>>;

type WebAssembly = {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  readonly Instance: new (module: Module, imports: Imports) => Instance;
  readonly Memory: new (limits: { initial: number; maximum?: number }) => Memory;
  readonly Table: new (limits: { element: "anyfunc"; initial: number }) => Table;
};

/** The host has not that much: no bug, and told to whoever asked. */
export class NoRoom extends Error {}

export const { Module, Instance, Memory, Table, validate } = (
  globalThis as unknown as { WebAssembly: WebAssembly }
).WebAssembly;

/** A memory that never grows; throws `NoRoom`. */
export function reserve(pages: number): Memory {
  try {
    return new Memory({ initial: pages });
  } catch (error) {
    throw error instanceof RangeError ? new NoRoom(error.message) : error;
  }
}
