/** The table's rows as C: which calls there are and what their arguments are, for the program that misuses them. */

import { argsOn, type Table } from "../../generator/read/table.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Arg, Call } from "../../spec/vocabulary.ts";

const kinds = [
  ...["NUMBER", "LENGTH", "ADDRESS", "DESCRIPTOR", "PATH", "FLAGS", "PICK", "BUFFER", "POINTER"],
  ...["EXACTLY", "PID", "SIGNAL", "CLOCK"],
] as const;

const plain: Partial<Record<Arg["kind"], string>> = {
  size: "LENGTH",
  addr: "ADDRESS",
  word: "ADDRESS",
  pid: "PID",
  signo: "SIGNAL",
  clockid: "CLOCK",
  fd: "DESCRIPTOR",
  string: "PATH",
  reads: "BUFFER",
  writes: "BUFFER",
};

const scalars: Readonly<Record<string, number>> = { u8: 1, i32: 4, u32: 4, i64: 8, u64: 8 };
const sizeOf = (name: string) => scalars[name] ?? `sizeof(struct abi_${name})`;

/** `rows.h`: numbers as NR_NAME (negative where the architecture has none), the rows, the values of their flags. */
export function rowsHeader({ rows }: Table, arch: Arch): string {
  const values: string[] = [];
  const range = (names: readonly (string | number)[]) => {
    const first = values.length;
    values.push(...names.map(String));
    return `.first = ${first}, .count = ${names.length}`;
  };

  const argument = (call: Call, name: string, arg: Arg): string => {
    if (call.select?.on === name)
      return `{.kind = ROW_PICK, ${range([...Object.keys(call.variants ?? {}), ...Object.keys(call.select.also ?? {})])}}`;
    switch (arg.kind) {
      case "flags":
      case "flags64":
        return `{.kind = ROW_FLAGS, ${range(Object.keys(arg.flags))}}`;
      case "pointer":
        return `{.kind = ROW_POINTER, .size = ${sizeOf(arg.to)}, .nullable = ${Number(arg.nullable)}}`;
      case "array":
        return `{.kind = ROW_POINTER, .size = 4 * ${sizeOf(arg.to)}}`;
      case "exactly":
        return `{.kind = ROW_EXACTLY, ${range([arg.value])}}`;
      default:
        return `{.kind = ROW_${plain[arg.kind] ?? "NUMBER"}}`;
    }
  };

  const here = rows.map(({ call }) => call).filter(({ nr }) => nr[arch] !== undefined);
  const table = here.map((call) => {
    const args = Object.entries(argsOn(call, arch)).map(([name, arg]) => argument(call, name, arg));
    return `    {"${call.name}", NR_${call.name}, {${args.join(", ")}}},`;
  });
  return [
    "/* Generated from spec/. */",
    "#pragma once",
    `enum { ${kinds.map((kind) => `ROW_${kind}`).join(", ")} };`,
    "struct row_argument { u8 kind, nullable; u16 first, count, size; };",
    "struct row { const char *name; i32 nr; struct row_argument arguments[6]; };",
    `static const u64 row_values[] = {${values.join(", ")}};`,
    "static const struct row rows[] = {",
    ...table,
    "};",
    "",
  ].join("\n");
}

/** `numbers.h`, for assembly, too. */
export function numbersHeader({ rows }: Table, arch: Arch, slotBytes: number): string {
  const numbers = rows.map(({ call }, index) => `#define NR_${call.name} ${call.nr[arch] ?? -1000 - index}`);
  return ["/* Generated from spec/. */", ...numbers, `#define SLOT_SIZE ${slotBytes}`, ""].join("\n");
}
