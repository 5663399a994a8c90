import type { Arch } from "../../runtime-abi/arch.ts";
import type { Args } from "../../spec/vocabulary.ts";
import type { Table } from "../read/table.ts";
import { bodiesOf, bodyOf } from "./actions.ts";
import { banner } from "./banner.ts";
import { cTypeOf } from "./c-argument.ts";
import { render } from "./render.ts";

const withName = (type: string, name: string): string =>
  type.endsWith("*") ? `${type}${name}` : `${type} ${name}`;

/** The C parameters of a body, as in its prototype. */
export const cParameters = (args: Args): string =>
  Object.entries(args)
    .map(([name, arg]) => withName(cTypeOf(arg), name))
    .join(", ") || "void";

/**
 * sys.h: the prototype of every body that a row names, so that a body that does not fit does not compile. Shared
 * bodies are compiled everywhere, those of arch/ only where the call has a number.
 */
export const emitSysHeader = ({ rows }: Table, arch: Arch): string => {
  const prototypes = new Map<string, { file: string; folder: string; prototype: string; of: string[] }>();
  for (const { call, place } of rows)
    for (const { handler, args } of bodiesOf(call)) {
      if (handler.startsWith("arch/") && call.nr[arch] === undefined) continue;
      const known = prototypes.get(bodyOf(handler));
      if (known) known.of.push(call.name);
      else
        prototypes.set(bodyOf(handler), {
          file: place.file,
          folder: handler.slice(0, handler.indexOf("/")),
          of: [call.name],
          prototype: `long ${bodyOf(handler)}(${cParameters(args)});`,
        });
    }
  const folders = Map.groupBy(
    [...prototypes.values()].sort((a, b) => (a.prototype < b.prototype ? -1 : 1)),
    ({ folder }) => folder,
  );
  return render("core/sys.h.hbs", {
    banner: banner("spec/"),
    folders: [...folders]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([folder, bodies]) => ({
        folder,
        bodies: bodies.map(({ prototype, of }) => ({ prototype, of: [...new Set(of)].join(", ") })),
      })),
  });
};
