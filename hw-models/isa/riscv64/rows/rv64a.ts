/**
 * Atomics, extension A. Harts take turns between instructions, so an AMO is a load and a store; misaligned ones fault.
 *
 * A reservation is an address and the value that was read there. SC succeeds if the address is the same and the value
 * still is: with the reservation dropped whenever another hart runs and at trap returns, nothing else can have stored.
 *
 * Source: The RISC-V Instruction Set Manual, Volume I, version 20191213, chapter 8.
 */
import {
  get,
  i32,
  i64,
  load,
  loadForWrite,
  name,
  put,
  select,
  set,
  store,
  trap,
  when,
} from "../../../meaning/build.ts";
import type { Expr } from "../../../meaning/expression.ts";
import type { Statement } from "../../../meaning/statement.ts";
import { type Row, rd, row, rs1, rs2 } from "../row.ts";
import { cause, reservation, reservedValue } from "../state.ts";

type Width = { readonly suffix: "w" | "d"; readonly bytes: 4 | 8; readonly funct3: string };
const widths: readonly Width[] = [
  { suffix: "w", bytes: 4, funct3: "010" },
  { suffix: "d", bytes: 8, funct3: "011" },
];

const aligned = (bytes: number, code: number): Statement =>
  when(i32.wrap_i64(i64.and(rs1, bytes - 1)), [trap(code, rs1)]);

function loadReserved({ suffix, bytes, funct3 }: Width): Row {
  const value = name(load(bytes, true, rs1));
  return row(
    `lr.${suffix}{aqrl} rd, (rs1)`,
    `00010 aqrl 00000 rs1 ${funct3} rd 0101111`,
    aligned(bytes, cause.loadMisaligned),
    value.is,
    put(reservation, rs1),
    put(reservedValue, value.value),
    set(rd, value.value),
  );
}

function storeConditional({ suffix, bytes, funct3 }: Width): Row {
  const value = name(loadForWrite(bytes, true, rs1));
  const succeed = [store(bytes, rs1, rs2), put(reservation, -1), set(rd, 0)];
  const fail = [put(reservation, -1), set(rd, 1)];
  return row(
    `sc.${suffix}{aqrl} rd, rs2, (rs1)`,
    `00011 aqrl rs2 rs1 ${funct3} rd 0101111`,
    aligned(bytes, cause.storeMisaligned),
    when(
      i64.eq(get(reservation), rs1),
      [value.is, when(i64.eq(value.value, get(reservedValue)), succeed, fail)],
      fail,
    ),
  );
}

type Combine = (old: Expr<"i64">, source: Expr<"i64">) => Expr<"i64">;
function amo(operation: string, funct5: string, combine: Combine): Row[] {
  return widths.map(({ suffix, bytes, funct3 }) => {
    const old = name(loadForWrite(bytes, true, rs1));
    // Both extended in the same way, so that 64-bit comparisons order 32-bit values, too.
    const source = bytes === 4 ? i64.extend32_s(rs2) : rs2;
    return row(
      `amo${operation}.${suffix}{aqrl} rd, rs2, (rs1)`,
      `${funct5} aqrl rs2 rs1 ${funct3} rd 0101111`,
      aligned(bytes, cause.storeMisaligned),
      old.is,
      store(bytes, rs1, combine(old.value, source)),
      set(rd, old.value),
    );
  });
}

export const rv64a: readonly Row[] = [
  ...widths.map(loadReserved),
  ...widths.map(storeConditional),
  ...amo("swap", "00001", (_, source) => source),
  ...amo("add", "00000", i64.add),
  ...amo("xor", "00100", i64.xor),
  ...amo("and", "01100", i64.and),
  ...amo("or", "01000", i64.or),
  ...amo("min", "10000", (old, source) => select(i64.lt_s(old, source), old, source)),
  ...amo("max", "10100", (old, source) => select(i64.gt_s(old, source), old, source)),
  ...amo("minu", "11000", (old, source) => select(i64.lt_u(old, source), old, source)),
  ...amo("maxu", "11100", (old, source) => select(i64.gt_u(old, source), old, source)),
];
