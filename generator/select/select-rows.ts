/**
 * Leaves out of the table what a selection does not keep. A call without a row is unknown to the kernel: it answers
 * ENOSYS and records it. Bodies that no row names are then left out by the linker, and all that only they need.
 */
import type { Arch } from "../../runtime-abi/arch.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import type { Call, Refused } from "../../spec/vocabulary.ts";
import type { CallRow, Table } from "../read/table.ts";
import type { Kept } from "./kept.ts";

export function selectRows({ rows }: Table, kept: Kept, arch: Arch): Table {
  return {
    rows: rows.flatMap((row): CallRow[] => {
      const values = kept.calls.get(row.call.name);
      if (values === undefined || row.call.nr[arch] === undefined) return [];
      return [values === "all" ? row : { ...row, call: selectVariants(row.call, values, arch) }];
    }),
  };
}

/** What answers a value that the program was said never to use. */
const cut: Refused<"ENOSYS"> = {
  kind: "refused",
  errno: "ENOSYS",
  why: "no program of this kernel asks for it",
};

function selectVariants(call: Call, values: readonly number[], arch: Arch): Call {
  const { select, variants = {} } = call;
  if (select === undefined) return call;
  const bits = (name: string) => Number(BigInt.asUintN(32, constantOn(name, arch) ?? 0n));
  const mask = select.mask === undefined ? 0xffff_ffff : bits(select.mask);
  const wanted = new Set(values.map((value) => (value & mask) >>> 0));
  const chosen = Object.entries(variants).filter(([name]) => {
    return constantOn(name, arch) !== undefined && wanted.delete(bits(name));
  });
  // A value that no variant names keeps the answer of the row.
  const otherwise = wanted.size === 0 ? cut : call.otherwise;
  return { ...call, variants: Object.fromEntries(chosen), ...(otherwise && { otherwise }) };
}
