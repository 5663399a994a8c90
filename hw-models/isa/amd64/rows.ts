/** All rows. The one list: a module of rows is added here. */
import type { Row } from "./row.ts";
import { rows as alu } from "./rows-alu.ts";
import { rows as flow } from "./rows-flow.ts";

export const rows: readonly Row[] = [...alu, ...flow];
