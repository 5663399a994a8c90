/** Rows: control flow, and doing nothing. */
import * as flow from "./flow.ts";
import { type Row, row } from "./row.ts";

export const rows: readonly Row[] = [
  row("90", "NOP", flow.nop),
  row("F3 90", "PAUSE", flow.nop),
  row("0F 1F /0", "NOP r/m16", flow.nop),
  row("0F 1F /0", "NOP r/m32", flow.nop),
  row("REX.W + 0F 1F /0", "NOP r/m64", flow.nop),
];
