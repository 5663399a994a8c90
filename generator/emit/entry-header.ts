import type { Arch } from "../../runtime-abi/arch.ts";
import { layOut } from "../../runtime-abi/layout.ts";
import { structs } from "../../runtime-abi/structs.ts";
import type { Table } from "../read/table.ts";
import { banner } from "./banner.ts";
import { render } from "./render.ts";

// The structs whose fields assembly touches.
const framed = ["rt_sigframe", "ucontext", "sigcontext", "siginfo", "fpstate", "fpx_sw_bytes"];

/** entry.h: what assembly needs: call numbers, and sizes and offsets of the signal frame. Only #define lines. */
export const emitEntryHeader = ({ rows }: Table, arch: Arch): string => {
  const layouts = layOut(structs, arch);
  return render("core/entry.h.hbs", {
    banner: banner("spec/", "runtime-abi/"),
    numbers: rows.flatMap(({ call }) =>
      call.nr[arch] === undefined ? [] : [{ name: call.name, number: call.nr[arch] }],
    ),
    structs: framed
      .flatMap((name) => layouts.get(name) ?? [])
      .map(({ name, size, fields }) => ({ name, size, fields })),
  });
};
