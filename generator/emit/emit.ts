import type { Arch } from "../../runtime-abi/arch.ts";
import type { Table } from "../read/table.ts";
import { emitAbiHeader } from "./abi-header.ts";
import { emitDispatch } from "./dispatch.ts";
import { emitEntryHeader } from "./entry-header.ts";
import { emitKeptHeader } from "./kept-header.ts";
import { emitSysHeader } from "./sys-header.ts";

/**
 * Everything that is generated for a kernel, by file name inside build/ARCH/gen/. The table must be free of
 * problems. Equal tables give equal bytes. `kept` are the rows that the kernel answers, all by default; the others are
 * unknown to it, and what only they need is not linked. `paths`: all that is ever opened.
 */
export const emitKernel = (
  table: Table,
  arch: Arch,
  kept = table,
  paths: readonly string[] | "any" = "any",
): ReadonlyMap<string, string> => {
  const isCut = kept !== table;
  const { dispatch, names } = emitDispatch(kept, arch, !isCut);
  return new Map([
    ["abi.h", emitAbiHeader(arch)],
    ["dispatch.c", dispatch],
    ["entry.h", emitEntryHeader(table, arch)],
    ["kept.h", emitKeptHeader(kept, !isCut, paths)],
    ["names.c", names],
    ["sys.h", emitSysHeader(table, arch)],
  ]);
};
