/**
 * One argument of a call as text: the same words as the kernel's own trace (shim-templates/core/trace.c), from the same
 * rows. Long because each kind of argument is a few lines, and they belong side by side.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { signalNumbers } from "../../runtime-abi/constants/signals.ts";
import { clocks } from "../../runtime-abi/constants/time.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import type { Arg, Call, FlagTable, Pointee } from "../../spec/vocabulary.ts";
import { knownFlags, zeroMask } from "../emit/gates.ts";
import { shownFields } from "../emit/shapes.ts";

/** Reads a program's memory: as many bytes as can be read. */
export type ReadMemory = (address: bigint, bytes: number) => Uint8Array;

/** What an argument is shown with. `result`: undefined before the call has ended. */
export type Showing = {
  readonly arch: Arch;
  readonly read: ReadMemory;
  readonly result: bigint | undefined;
  /** The value of another argument of the call. */
  other(name: string): bigint;
};

const shownBytes = 32;
const shownString = 128;
const shownElements = 4;
const structMost = 256;
const currentFolder = -100;

/** Layouts are worked out once for each type. */
const shapes: Record<Arch, Map<Pointee, ReturnType<typeof shownFields>>> = {
  amd64: new Map(),
  riscv64: new Map(),
};
function shapeOf(to: Pointee, arch: Arch): ReturnType<typeof shownFields> {
  const known = shapes[arch];
  if (!known.has(to)) known.set(to, shownFields(to, arch));
  return known.get(to);
}

const hex = (value: bigint) => `0x${BigInt.asUintN(64, value).toString(16)}`;
const int = (value: bigint) => Number(BigInt.asIntN(32, value));
const address = (value: bigint) => (value === 0n ? "NULL" : hex(value));
const least = (a: bigint, b: number) => Number(a < BigInt(b) ? a : BigInt(b));

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte);
    if (letter === "\n") text += "\\n";
    else if (letter === '"' || letter === "\\") text += `\\${letter}`;
    else if (byte >= 0x20 && byte < 0x7f) text += letter;
    else text += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return text;
}

function showBytes(at: bigint, count: bigint, { read }: Showing): string {
  const bytes = read(at, least(count, shownBytes));
  if (bytes.length === 0 && count > 0n) return hex(at);
  return `"${escaped(bytes)}"${count > BigInt(bytes.length) ? "..." : ""}`;
}

function showString(at: bigint, { read }: Showing): string {
  if (at === 0n) return "NULL";
  const bytes = read(at, shownString);
  if (bytes.length === 0) return hex(at);
  const end = bytes.indexOf(0);
  return end < 0 ? `"${escaped(bytes)}"...` : `"${escaped(bytes.subarray(0, end))}"`;
}

/** "A|B|0x40"; `first` stands before the first name. */
export function showFlags(table: FlagTable, whole: bigint, arch: Arch, width: 32 | 64, first = ""): string {
  let text = "";
  let rest = whole;
  let separator = first;
  for (const { name, value } of knownFlags(table, arch, width)) {
    const isSet = value === 0n ? (whole & zeroMask(name)) === 0n : (rest & value) === value;
    if (!isSet) continue;
    text += separator + name;
    separator = "|";
    rest &= ~value;
  }
  if (rest !== 0n) text += `${separator}${hex(rest)}`;
  else if (separator === "") text += "0";
  return text;
}

function showNamed(group: object, value: bigint, arch: Arch): string {
  const wanted = BigInt.asUintN(32, value);
  const found = Object.keys(group).find(
    (name) => BigInt.asUintN(32, constantOn(name, arch) ?? 0n) === wanted,
  );
  return found ?? `${int(value)}`;
}

function showSelector(call: Call, value: bigint, arch: Arch): string {
  const { select, variants = {} } = call;
  const mask =
    select?.mask === undefined ? 0xffff_ffffn : BigInt.asUintN(32, constantOn(select.mask, arch) ?? 0n);
  const chosen = value & mask;
  const name = Object.keys(variants).find((one) => {
    const constant = constantOn(one, arch);
    return constant !== undefined && BigInt.asUintN(32, constant) === chosen;
  });
  const rest = BigInt.asUintN(32, value) & ~mask;
  const flags =
    rest !== 0n && select?.mask !== undefined ? showFlags(select.also ?? {}, rest, arch, 32, "|") : "";
  return (name ?? hex(chosen)) + flags;
}

function showStruct(to: Pointee, at: bigint, { read, arch }: Showing): string | undefined {
  const shape = shapeOf(to, arch);
  const size = Math.min(shape?.size ?? 0, structMost);
  const bytes = read(at, size);
  if (shape === undefined || bytes.length < size) return undefined;
  const isScalar = shape.fields.length === 1 && shape.fields[0]?.name === "";
  const fields = shape.fields.map(({ name, offset, size: width, show }) => {
    let value = 0n;
    for (let i = width; i-- > 0; ) value = (value << 8n) | BigInt(bytes[offset + i] ?? 0);
    const text =
      show === "SHOW_LONG"
        ? `${BigInt.asIntN(8 * width, value)}`
        : show === "SHOW_OCTAL"
          ? `0${value.toString(8)}`
          : show === "SHOW_ADDRESS"
            ? hex(value)
            : `${value}`;
    return isScalar ? text : `${name}=${text}`;
  });
  return isScalar ? `[${fields.join(", ")}]` : `{${fields.join(", ")}}`;
}

function showArray(to: Pointee, at: bigint, count: bigint, showing: Showing): string {
  const size = BigInt(shapeOf(to, showing.arch)?.size ?? 0);
  const elements = Array.from(
    { length: least(count, shownElements) },
    (_, index) => showStruct(to, at + BigInt(index) * size, showing) ?? hex(at),
  );
  return `[${elements.join(", ")}${count > BigInt(shownElements) ? ", ...]" : "]"}`;
}

/** True if the argument is an answer: then all are shown when the call has ended. */
export function isAnswer(arg: Arg, arch: Arch): boolean {
  if (arg.kind === "writes") return true;
  if (arg.kind !== "pointer" && arg.kind !== "array") return false;
  if (shapeOf(arg.to, arch) === undefined) return false;
  return arg.kind === "array" ? arg.direction !== "in" : arg.direction === "out";
}

/** How many elements or bytes an answer has: as the result says, and none after a failure. */
function answered(result: bigint, capacity: bigint): bigint {
  if (result < 0n) return 0n;
  return result < capacity ? result : capacity;
}

export function showArgument(arg: Arg, name: string, call: Call, value: bigint, showing: Showing): string {
  const { arch, result = 0n } = showing;
  if (name === call.select?.on) return showSelector(call, BigInt.asUintN(32, value), arch);
  switch (arg.kind) {
    case "int":
    case "pid":
      return `${int(value)}`;
    case "uint":
      return `${BigInt.asUintN(32, value)}`;
    case "long":
    case "off":
    case "natural":
      return `${BigInt.asIntN(64, value)}`;
    case "size":
    case "exactly":
      return `${value}`;
    case "mode": {
      const mode = BigInt.asUintN(32, value);
      return mode === 0n ? "0" : `0${mode.toString(8)}`;
    }
    case "fd":
      return int(value) === currentFolder ? "AT_FDCWD" : `${int(value)}`;
    case "string":
      return showString(value, showing);
    case "flags":
    case "flags64":
      return showFlags(arg.flags, value, arch, arg.kind === "flags" ? 32 : 64);
    case "signo":
      return showNamed(signalNumbers, value, arch);
    case "clockid":
      return showNamed(clocks, value, arch);
    case "reads":
      return showBytes(value, showing.other(arg.len), showing);
    case "writes":
      if (result < 0n) return address(value);
      return showBytes(value, answered(result, showing.other(arg.len)), showing);
    case "pointer":
      if (value === 0n || result < 0n) return address(value);
      return showStruct(arg.to, value, showing) ?? address(value);
    case "array": {
      if (shapeOf(arg.to, arch) === undefined) return address(value);
      const count = showing.other(arg.len);
      if (arg.direction === "in") return showArray(arg.to, value, BigInt.asUintN(32, count), showing);
      return result < 0n ? address(value) : showArray(arg.to, value, answered(result, count), showing);
    }
    default:
      return address(value);
  }
}
