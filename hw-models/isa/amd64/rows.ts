/** All rows. The one list: a module of rows is added here. */
import type { Row } from "./row.ts";
import { rows as alu } from "./rows-alu.ts";
import { rows as bits } from "./rows-bits.ts";
import { rows as flow } from "./rows-flow.ts";
import { rows as move } from "./rows-move.ts";
import { rows as shift } from "./rows-shift.ts";
import { rows as sseFloat } from "./rows-sse-float.ts";
import { rows as sseInteger } from "./rows-sse-integer.ts";
import { rows as sseMove } from "./rows-sse-move.ts";
import { rows as sseString } from "./rows-sse-string.ts";
import { rows as string } from "./rows-string.ts";
import { rows as system } from "./rows-system.ts";

const integers = [...alu, ...bits, ...flow, ...move, ...shift, ...string, ...system];
const vectors = [...sseMove, ...sseInteger, ...sseFloat, ...sseString];
export const rows: readonly Row[] = [...integers, ...vectors];
