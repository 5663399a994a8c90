/** The witness, as the checker and the listing read it: facts per architecture, joined from the JSON files. */
import { readFileSync } from "node:fs";
import { architectures, type Architecture } from "./headers.ts";
import type { GoCalls } from "./extract-go.ts";
import type { Layout } from "./extract-layouts.ts";

export interface Facts {
  /** Which headers they come from, in words. */
  readonly source: string;
  readonly numbers: Record<Architecture, ReadonlyMap<string, number>>;
  readonly constants: Record<Architecture, ReadonlyMap<string, bigint>>;
  readonly layouts: Record<Architecture, ReadonlyMap<string, Layout>>;
}

type Raw<T> = { source: Record<Architecture, string>; common: Record<string, T> } & Record<Architecture, Record<string, T>>;
type RawLayout = { size: number; align: number; fields: Record<string, [number, string]> };

/** Reads the three files of runtime-abi/facts/. */
export function readFacts(): Facts {
  const numbers = read("numbers.json") as Raw<number>;
  const constants = read("constants.json") as Raw<number | string>;
  const layouts = read("layouts.json") as Raw<RawLayout>;
  const layout = ({ size, align, fields }: RawLayout): Layout => ({
    size,
    align,
    fields: Object.fromEntries(Object.entries(fields).map(([name, [offset, type]]) => [name, { offset, type }])),
  });
  return {
    source: [...new Set(architectures.map((arch) => numbers.source[arch]))].join("; "),
    numbers: each((arch) => new Map(Object.entries(numbers[arch]))),
    constants: each((arch) => new Map(join(constants, arch).map(([name, value]) => [name, BigInt(value)]))),
    layouts: each((arch) => new Map(join(layouts, arch).map(([name, value]) => [name, layout(value)]))),
  };
}

/** Which releases of Go name a call in their runtime, and which elsewhere in their library (extract-go.ts). */
export function readGoCalls(): { readonly releases: readonly string[] } & Record<Architecture, GoCalls> {
  const { source, amd64, riscv64 } = read("go-calls.json") as { source: string[] } & Record<Architecture, GoCalls>;
  return { releases: source.map((version) => version.replace(/^go(\d+\.\d+).*/, "$1")), amd64, riscv64 };
}

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`../../runtime-abi/facts/${file}`, import.meta.url), "utf8"));
const each = <T>(of: (arch: Architecture) => T): Record<Architecture, T> => ({ amd64: of("amd64"), riscv64: of("riscv64") });
const join = <T>(raw: Raw<T>, arch: Architecture): [string, T][] => [...Object.entries(raw.common), ...Object.entries(raw[arch])];
