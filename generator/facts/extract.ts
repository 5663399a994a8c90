/**
 * Writes runtime-abi/facts/*.json from the Linux headers: what the table is checked against.
 *
 *     node generator/facts/extract.ts [ROOT]
 *
 * ROOT is where headers are installed (`/`), or where a newer package was unpacked. The same headers
 * give the same bytes: sorted names, no dates, no paths.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { extractConstants } from "./extract-constants.ts";
import { extractLayouts, type Layout } from "./extract-layouts.ts";
import { extractNumbers } from "./extract-numbers.ts";
import { architectures, type Architecture, findHeaders, type Headers } from "./headers.ts";

type PerArchitecture<T> = Record<Architecture, T>;

/** The three files' texts, by file name. */
export function extract(headers: PerArchitecture<Headers>): Record<string, string> {
  const each = <T>(what: (headers: Headers) => T) => ({ amd64: what(headers.amd64), riscv64: what(headers.riscv64) });
  const source = each(({ version }) => `linux-libc-dev, Linux ${version}`);
  const constants = each(extractConstants);
  const layouts = each(extractLayouts);
  return {
    "numbers.json": print({ source, ...each(extractNumbers) }),
    "constants.json": print({ source, ...withExceptions(constants, (value) => value.toString(), json) }),
    "layouts.json": print({ source, ...withExceptions(layouts, (layout) => JSON.stringify(layout), compact) }),
  };
}

/** Most facts are the same everywhere: `common` holds those, each architecture only what differs or is alone. */
function withExceptions<T, U>(facts: PerArchitecture<Record<string, T>>, key: (fact: T) => string, show: (fact: T) => U) {
  const names = [...new Set(architectures.flatMap((arch) => Object.keys(facts[arch])))].sort();
  const isCommon = (name: string) => architectures.every((arch) => facts[arch][name] !== undefined && key(facts[arch][name]) === key(facts.amd64[name]!));
  const pick = (arch: Architecture, wanted: (name: string) => boolean) =>
    Object.fromEntries(names.filter((name) => wanted(name) && facts[arch][name] !== undefined).map((name) => [name, show(facts[arch][name]!)]));
  return {
    common: pick("amd64", isCommon),
    amd64: pick("amd64", (name) => !isCommon(name)),
    riscv64: pick("riscv64", (name) => !isCommon(name)),
  };
}

/** A number where JSON keeps it exactly, else hexadecimal text. */
const json = (value: bigint): number | string => (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : `0x${value.toString(16)}`);

/** A layout with its fields as `[offset, type]`, so that a struct prints on few lines. */
const compact = ({ size, align, fields }: Layout) => ({ size, align, fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, [field.offset, field.type]])) });

/** JSON with one fact a line: a review shows what changed. */
function print(value: object): string {
  return `${JSON.stringify(value, undefined, 1).replace(/\[\n\s+(\d+),\n\s+("(?:[^"\\]|\\.)*")\n\s+\]/g, "[$1, $2]")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? "/";
  const amd64 = findHeaders("amd64", root);
  const riscv64 = findHeaders("riscv64", root);
  if (!amd64 || !riscv64) {
    console.error(`No Linux headers for ${amd64 ? "riscv64" : "amd64"} below ${root}: install linux-libc-dev and linux-libc-dev-riscv64-cross.`);
    process.exit(1);
  }
  for (const [file, text] of Object.entries(extract({ amd64, riscv64 }))) {
    writeFileSync(new URL(`../../runtime-abi/facts/${file}`, import.meta.url), text);
    console.error(`runtime-abi/facts/${file}: ${text.split("\n").length} lines`);
  }
}
