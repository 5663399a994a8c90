// All constants that rows and the kernel name, by Linux's own names.
import type { Arch } from "./arch.ts";
import * as files from "./constants/files.ts";
import type { ConstantValue } from "./constants/group.ts";
import * as memory from "./constants/memory.ts";
import * as poll from "./constants/poll.ts";
import * as process from "./constants/process.ts";
import * as riscv from "./constants/riscv.ts";
import * as signals from "./constants/signals.ts";
import * as terminal from "./constants/terminal.ts";
import * as threads from "./constants/threads.ts";
import * as time from "./constants/time.ts";

/** Family to group to constants: the families are the files of constants/. */
export const constantFamilies = { files, memory, threads, signals, time, poll, terminal, process, riscv };

type Families = typeof constantFamilies;
type Groups = { [F in keyof Families]: Families[F][keyof Families[F]] }[keyof Families];
type Names<G> = G extends unknown ? keyof G & string : never;
export type ConstantName = Names<Groups>;

/** Name to value, in the order of the files. */
export const constants: ReadonlyMap<string, ConstantValue> = new Map(
  Object.values(constantFamilies).flatMap((family) =>
    Object.values(family).flatMap((group) => Object.entries<ConstantValue>(group)),
  ),
);

/** The value on an architecture; undefined where it does not exist. */
export const constantOn = (name: string, arch: Arch): bigint | undefined => {
  const value = constants.get(name);
  const here = typeof value === "object" ? value[arch] : value;
  return here === undefined ? undefined : BigInt(here);
};
