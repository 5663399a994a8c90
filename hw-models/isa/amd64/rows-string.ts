/** Rows: string instructions. */
import { type Meaning, type Row, row, withOptions } from "./row.ts";
import * as string from "./string.ts";

const sizes = [
  ["B", "", 0, 1],
  ["W", "o16 ", 1, 2],
  ["D", "o32 ", 1, 4],
  ["Q", "REX.W + ", 1, 8],
] as const;
const hex = (byte: number) => byte.toString(16).toUpperCase();

/** Four widths, each alone and repeated. `prefixes`: F3 and F2, by what they are called. */
function lines(
  opcode: number,
  mnemonic: string,
  once: (size: 1 | 2 | 4 | 8) => Meaning,
  prefixes: Readonly<Record<string, readonly [string, string]>>,
): Row[] {
  return sizes.flatMap(([letter, size, offset, bytes]) => [
    row(`${size}${hex(opcode + offset)}`, mnemonic + letter, once(bytes)),
    ...Object.entries(prefixes).map(([prefix, [name, operation]]) =>
      row(
        `${prefix} ${size}${hex(opcode + offset)}`,
        `${name} ${mnemonic}${letter}`,
        string.repeated(operation, bytes),
        { flow: "fence" },
      ),
    ),
  ]);
}
const rep = (operation: string) => ({ F3: ["REP", operation], F2: ["REPNE", operation] }) as const;
const whileEqual = (operation: string) =>
  ({ F3: ["REPE", `${operation}WhileEqual`], F2: ["REPNE", `${operation}UntilEqual`] }) as const;

export const rows: readonly Row[] = withOptions({ implicitSegment: true, rare: true }, [
  ...lines(0xa4, "MOVS", string.movs, rep("repeatMove")),
  ...lines(0xa6, "CMPS", string.cmps, whileEqual("repeatCompare")),
  ...lines(0xaa, "STOS", string.stos, rep("repeatStore")),
  ...lines(0xac, "LODS", string.lods, rep("repeatLoad")),
  ...lines(0xae, "SCAS", string.scas, whileEqual("repeatScan")),
]);
