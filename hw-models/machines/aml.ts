/** Enough of ACPI's machine language to name devices and their resources: ACPI 6.4, chapters 20.2 (grammar) and 6.4 (resources). */
import { little } from "./little-endian.ts";

const Op = {
  zero: 0x00,
  name: 0x08,
  byte: 0x0a,
  dword: 0x0c,
  string: 0x0d,
  scope: 0x10,
  buffer: 0x11,
  package: 0x12,
};
const deviceOp = [0x5b, 0x82] as const;

/** The package length counts itself: one byte up to 63, else a nibble and one to three bytes (20.2.4). */
function packageLength(length: number): number[] {
  if (length + 1 < 64) return [length + 1];
  const total = length + 2;
  return [0x40 | (total & 0x0f), total >> 4];
}

const inPackage = (op: readonly number[], content: Uint8Array): Uint8Array =>
  Uint8Array.from([...op, ...packageLength(content.length), ...content]);

const concat = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

export const aml = {
  /** Name (`name`, `value`); names have four letters, padded with `_`. */
  name: (name: string, value: Uint8Array) => little([1, Op.name], name, value),
  integer: (value: number) => (value === 0 ? little([1, Op.zero]) : little([1, Op.byte], [1, value])),
  string: (text: string) => little([1, Op.string], text, [1, 0]),
  package: (...elements: readonly Uint8Array[]) =>
    inPackage([Op.package], concat(little([1, elements.length]), ...elements)),
  scope: (name: string, ...content: readonly Uint8Array[]) =>
    inPackage([Op.scope], concat(little(name), ...content)),
  device: (name: string, ...content: readonly Uint8Array[]) =>
    inPackage([...deviceOp], concat(little(name), ...content)),
  /** A buffer of resource descriptors, with the end tag. */
  resources(...descriptors: readonly Uint8Array[]) {
    const all = concat(...descriptors, little([1, 0x79], [1, 0]));
    return inPackage([Op.buffer], concat(aml.integer(all.length), all));
  },
};

/** Memory32Fixed, writable (6.4.3.4). */
export const memoryResource = (base: number, bytes: number): Uint8Array =>
  little([1, 0x86], [2, 9], [1, 1], [4, base], [4, bytes]);
/** Interrupt: consumer, level, active high (6.4.3.6). */
export const interruptResource = (number: number): Uint8Array =>
  little([1, 0x89], [2, 6], [1, 1], [1, 1], [4, number]);
