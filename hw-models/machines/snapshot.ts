/** A machine in bytes: a mark, the length of the JSON, its checksum, the JSON of devices and scheduler, the engine. */
import type { Json } from "../devices/device.ts";

const mark = "catkernel snapshot 1\n";
const headerBytes = mark.length + 8;

/** FNV-1a (Fowler, Noll, Vo), 32 bits: notices damage, not malice. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

export function packSnapshot(state: Json, engine: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(state));
  const bytes = new Uint8Array(headerBytes + json.length + engine.length);
  bytes.set(new TextEncoder().encode(mark));
  bytes.set(json, headerBytes);
  bytes.set(engine, headerBytes + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(mark.length, json.length, true);
  view.setUint32(mark.length + 4, checksum(bytes.subarray(headerBytes)), true);
  return bytes;
}

/** undefined if it is none, or damaged. */
export function unpackSnapshot(bytes: Uint8Array): { state: Json; engine: Uint8Array } | undefined {
  if (bytes.length < headerBytes) return undefined;
  if (new TextDecoder().decode(bytes.subarray(0, mark.length)) !== mark) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(mark.length, true);
  if (checksum(bytes.subarray(headerBytes)) !== view.getUint32(mark.length + 4, true)) return undefined;
  const json = new TextDecoder().decode(bytes.subarray(headerBytes, headerBytes + length));
  return { state: JSON.parse(json), engine: bytes.slice(headerBytes + length) };
}
