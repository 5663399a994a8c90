import type { Arch } from "../../runtime-abi/arch.ts";
import { type Errno, errnos } from "../../runtime-abi/errno.ts";
import type { Table } from "../read/table.ts";
import { banner } from "./banner.ts";
import { createListPool } from "./list-pool.ts";
import { render } from "./render.ts";

/** errors.c: the errors that each row lists, for kernels that check what calls answer and make them fail on purpose. */
export const emitErrors = ({ rows }: Table, arch: Arch): string => {
  const lists = createListPool();
  lists.place(["0,"]);
  const firsts = new Map<number, number>();
  for (const { call } of rows) {
    const number = call.nr[arch];
    if (number === undefined) continue;
    const values = (Object.keys(call.errors) as Errno[]).map((name) => errnos[name].value);
    firsts.set(number, lists.place([...values.sort((a, b) => a - b), 0].map((value) => `${value},`)));
  }
  const limit = Math.max(-1, ...firsts.keys()) + 1;
  return render("debug/errors.c.hbs", {
    banner: banner("spec/"),
    arch,
    limit,
    first: Array.from({ length: limit }, (_, number) => `${firsts.get(number) ?? 0},`),
    errors: lists.entries,
  });
};
