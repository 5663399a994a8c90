/**
 * A machine in bytes: a line that names the format, the lengths of the two parts and their checksum, the JSON of all that
 * is small, the engine. What a person hands over may be anything, so a file that is none is a sentence.
 */
import type { Json } from "../devices/device.ts";
import type { Isa } from "../isa/isa.ts";
import type { SavedMachine } from "../machines/machine.ts";
import type { Conditions } from "./run-record.ts";
import { type Sha256State, sha256Hex } from "./sha256.ts";

const format = "catkernel snapshot";
const version = "2";
const mark = new TextEncoder().encode(`${format} ${version}\n`);
/** Behind the mark: u32 bytes of JSON, f64 bytes of the engine, u32 checksum of both. */
const headerBytes = mark.length + 16;

/** FNV-1a (Fowler, Noll, Vo), 32 bits: notices damage, not malice. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

export type Snapshot = {
  readonly conditions: Conditions;
  /** How the CPUs' state is laid out: another version of this program may do it in another way. */
  readonly layout: string;
  readonly image: { readonly bytes: number; readonly sha256: string };
  /** The console's digest so far. */
  readonly console: Sha256State;
  /** What the host wanted to find again. */
  readonly host: Json;
  readonly machine: SavedMachine;
};

export const otherVersion = "was saved by another version of catkernel";

export function layoutOf({ stateLayout, flagKinds = {} }: Isa): string {
  const words = [...stateLayout, ...Object.keys(flagKinds)];
  return sha256Hex(new TextEncoder().encode(words.join("\n")));
}

export function writeSnapshot({ machine, ...rest }: Snapshot): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ ...rest, state: machine.state }));
  const { engine } = machine;
  const bytes = new Uint8Array(headerBytes + json.length + engine.length);
  bytes.set(mark);
  bytes.set(json, headerBytes);
  bytes.set(engine, headerBytes + json.length);
  const view = new DataView(bytes.buffer, mark.length);
  view.setUint32(0, json.length, true);
  view.setFloat64(4, engine.length, true);
  view.setUint32(12, checksum(bytes.subarray(headerBytes)), true);
  return bytes;
}

export type Read =
  | { readonly snapshot: Snapshot; readonly refusal?: undefined }
  /** What is wrong with it: the rest of a sentence that begins with its name. */
  | { readonly snapshot?: undefined; readonly refusal: string };

export function readSnapshot(bytes: Uint8Array): Read {
  const first = new TextDecoder("latin1").decode(bytes.subarray(0, mark.length));
  if (!first.startsWith(format)) return { refusal: "is no snapshot of a machine" };
  if (first !== `${format} ${version}\n`) return { refusal: otherVersion };
  if (bytes.length < headerBytes) return { refusal: "is cut off" };
  const view = new DataView(bytes.buffer, bytes.byteOffset + mark.length, 16);
  const [jsonBytes, engineBytes] = [view.getUint32(0, true), view.getFloat64(4, true)];
  const end = headerBytes + jsonBytes + engineBytes;
  if (bytes.length < end) return { refusal: "is cut off" };
  const isWhole = bytes.length === end && checksum(bytes.subarray(headerBytes)) === view.getUint32(12, true);
  if (!isWhole) return { refusal: "is damaged: its checksum is another one" };
  const json = new TextDecoder().decode(bytes.subarray(headerBytes, headerBytes + jsonBytes));
  const { state, ...rest } = JSON.parse(json);
  return { snapshot: { ...rest, machine: { state, engine: bytes.subarray(headerBytes + jsonBytes) } } };
}
