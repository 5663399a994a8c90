/** The parser comes without types; what tests use of it. */
declare module "@webassemblyjs/wasm-parser" {
  export function decode(bytes: Uint8Array, options: object): { body: { fields: unknown[] }[] };
}
