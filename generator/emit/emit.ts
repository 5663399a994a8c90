import type { Arch } from "../../runtime-abi/arch.ts";
import type { Table } from "../read/table.ts";
import { emitAbiHeader } from "./abi-header.ts";
import { emitDispatch } from "./dispatch.ts";
import { emitEntryHeader } from "./entry-header.ts";
import { emitKeptHeader } from "./kept-header.ts";
import type { KnownValues } from "./only-values.ts";
import { emitSysHeader } from "./sys-header.ts";

type Limits = KnownValues & { readonly paths: readonly string[] | "any" };

/**
 * Everything that is generated for a kernel, by file name inside build/ARCH/gen/. The table must be free of
 * problems. Equal tables give equal bytes. `kept` are the rows that the kernel answers, all by default; the others are
 * unknown to it, and what only they need is not linked. `limits`: all that is ever opened, all values of arguments.
 */
export const emitKernel = (
  table: Table,
  arch: Arch,
  kept = table,
  limits?: Limits,
): ReadonlyMap<string, string> => {
  const isCut = kept !== table;
  const { dispatch, names } = emitDispatch(kept, arch, !isCut, limits);
  return new Map([
    ["abi.h", emitAbiHeader(arch)],
    ["dispatch.c", dispatch],
    ["entry.h", emitEntryHeader(table, arch)],
    ["kept.h", emitKeptHeader(kept, !isCut, limits?.paths ?? "any")],
    ["names.c", names],
    ["sys.h", emitSysHeader(table, arch)],
  ]);
};
