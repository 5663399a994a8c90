/**
 * The functions of a Go program, from the table by which its runtime finds names and lines (pclntab). Stripping leaves it.
 * Source: Go, src/debug/gosym/pclntab.go and src/runtime/symtab.go, which also say what changed when: a header with one
 * table (1.2), one table for each kind of datum (1.16), function addresses relative to the text (1.18), other line
 * tables (1.20), no start of the text in the header (1.26).
 */
import { fail, type Outcome, succeed } from "../problem.ts";
import { type Image, wordAt } from "./image.ts";

export type GoFunction = {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Bytes of its caller's stack that it may change: arguments and results, and room to spill them. */
  readonly argumentBytes: number;
};

export type FunctionTable = {
  /** By address, without gaps: padding belongs to the function before it. */
  readonly functions: readonly GoFunction[];
  /** Where the table itself lies. */
  readonly address: number;
  readonly bytes: number;
  /** Where the code begins: offsets of methods count from there. */
  readonly text: number;
};

/** Words of the header after magic, pad, quantum and pointer size. */
type Layout = { readonly names: number; readonly table: number; readonly relative: boolean };
const headerWords = 8;
const layouts: Readonly<Record<number, Layout | undefined>> = {
  4294967290: { names: 2, table: 6, relative: false },
  4294967280: { names: 3, table: 7, relative: true },
  4294967281: { names: 3, table: 7, relative: true },
};
const oldMagic = 0xfffffffb;
const mostFunctions = 1 << 22;
const longestName = 1 << 16;

export function readFunctions(image: Image, name: string): Outcome<FunctionTable> {
  const { view } = image;
  const section = image.section(".gopclntab") ?? image.section(".data.rel.ro.gopclntab");
  if (section === undefined) {
    const fix = "Give a program that go build made; stripping is fine, but section headers must stay.";
    return fail("not-go", `${name} is no Go program: it has no table of functions (.gopclntab)`, fix);
  }
  const damaged = (why: string) =>
    fail("bad-function-table", `${name} is damaged: its table of functions (.gopclntab) ${why}`);
  const at = image.offsetOf(section.address, Math.max(section.bytes, 1));
  if (at < 0 || section.bytes < 8 + 8 * headerWords) return damaged("is cut off");
  const end = at + section.bytes;
  const magic = view.getUint32(at, true);
  const layout = layouts[magic];
  if (layout === undefined && magic !== oldMagic) {
    return damaged(`begins with 0x${magic.toString(16).padStart(8, "0")}, which no Go release writes`);
  }
  if (view.getUint16(at + 4) !== 0 || view.getUint8(at + 7) !== 8) return damaged("has a wrong header");
  const word = (index: number) => wordAt(view, at + 8 + 8 * index);
  const count = word(0);
  const namesAt = layout ? at + word(layout.names) : at;
  const tableAt = layout ? at + word(layout.table) : at + 16;
  const fieldBytes = layout?.relative ? 4 : 8;
  if (count <= 0 || count > mostFunctions) return damaged(`counts ${count} functions`);
  if (namesAt < at || tableAt < at || namesAt >= end || tableAt + (2 * count + 1) * fieldBytes > end) {
    return damaged("is cut off");
  }
  const text = layout?.relative ? word(2) || (image.section(".text")?.address ?? 0) : 0;
  const field = (index: number) =>
    fieldBytes === 4 ? view.getUint32(tableAt + 4 * index, true) : wordAt(view, tableAt + 8 * index);
  // Before 1.18 a function's record stands at an offset from the start, since 1.16 from the table.
  const recordsAt = layout ? tableAt : at;
  const functions: GoFunction[] = [];
  for (let index = 0; index < count; index++) {
    const start = text + field(2 * index);
    const stop = text + field(2 * index + 2);
    const record = recordsAt + field(2 * index + 1);
    if (!image.segmentOf(start)?.executable || stop < start || image.offsetOf(start, stop - start) < 0) {
      return damaged(`has function ${index} of ${count} outside of the program's code`);
    }
    if (record < at || record + fieldBytes + 8 > end) return damaged(`has no record of function ${index}`);
    const nameAt = namesAt + view.getUint32(record + fieldBytes, true);
    const nameEnd =
      nameAt < end ? image.bytes.subarray(nameAt, Math.min(end, nameAt + longestName)).indexOf(0) : -1;
    const argumentBytes = Math.max(0, view.getInt32(record + fieldBytes + 4, true));
    if (nameEnd < 0) return damaged(`has no name for function ${index}`);
    functions.push({
      name: image.bytes.toString("utf8", nameAt, nameAt + nameEnd),
      start,
      end: stop,
      argumentBytes,
    });
  }
  return succeed({ functions, address: section.address, bytes: section.bytes, text: functions[0]!.start });
}
