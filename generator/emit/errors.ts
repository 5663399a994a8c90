import type { Arch } from "../../runtime-abi/arch.ts";
import { type Errno, errnos } from "../../runtime-abi/errno.ts";
import type { Call } from "../../spec/vocabulary.ts";
import { argsOn, type Table } from "../read/table.ts";
import { banner } from "./banner.ts";
import { createListPool } from "./list-pool.ts";
import { render } from "./render.ts";

/**
 * EAGAIN of a descriptor says how things stand, not that something failed: who is told so waits to be told of the change
 * (epoll(7), "edge-triggered"), and Linux, which says it only where a change is to come, would tell.
 */
const isOfState = (call: Call, arch: Arch, name: string): boolean =>
  name === "EAGAIN" && Object.values(argsOn(call, arch)).some(({ kind }) => kind === "fd");

/**
 * errors.c: the errors that each row lists, for kernels that check what calls answer, and which of them calls may be made
 * to fail with on purpose.
 */
export const emitErrors = ({ rows }: Table, arch: Arch): string => {
  const lists = createListPool();
  lists.place(["0,"]);
  const firsts = new Map<number, { listed: number; faults: number }>();
  for (const { call } of rows) {
    const number = call.nr[arch];
    if (number === undefined) continue;
    const place = (names: readonly Errno[]): number => {
      const values = names.map((name) => errnos[name].value).sort((a, b) => a - b);
      return lists.place([...values, 0].map((value) => `${value},`));
    };
    const names = Object.keys(call.errors) as Errno[];
    const faults = names.filter((name) => !isOfState(call, arch, name));
    firsts.set(number, { listed: place(names), faults: place(faults) });
  }
  const limit = Math.max(-1, ...firsts.keys()) + 1;
  const byNumber = (which: "listed" | "faults") =>
    Array.from({ length: limit }, (_, number) => `${firsts.get(number)?.[which] ?? 0},`);
  return render("debug/errors.c.hbs", {
    banner: banner("spec/"),
    arch,
    limit,
    listed: byNumber("listed"),
    faults: byNumber("faults"),
    errors: lists.entries,
  });
};
