/** A rule of the checker: all that one kind of mistake can be, over the whole table. */
import type { Problem } from "../problem.ts";
import { type CallRow, placeOf, type Table } from "../read/table.ts";
import type { House } from "./house.ts";

/** Each file of rules/ holds one, as its default export. */
export type Rule = (table: Table, house: House) => Iterable<Problem>;

/** A problem at a part of a row: `path` leads there, "args", "flags", "O_CREAT". */
export const problemAt = (
  row: CallRow,
  path: readonly string[],
  code: string,
  message: string,
  fix = "",
): Problem => ({ code, place: placeOf(row, ...path), message, fix });
