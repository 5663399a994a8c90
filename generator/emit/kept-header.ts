import type { Table } from "../read/table.ts";
import { bodiesOf } from "./actions.ts";
import { banner } from "./banner.ts";
import { render } from "./render.ts";

/**
 * kept.h: what of the table a kernel has beside the calls. One that is cut has no names: whoever reads its record has.
 * `paths`: all that is ever opened.
 */
export const emitKeptHeader = (kept: Table, hasNames: boolean, paths: readonly string[] | "any"): string =>
  render("core/kept.h.hbs", {
    banner: banner("spec/"),
    names: hasNames ? 1 : 0,
    users: kept.rows.some(({ call }) => bodiesOf(call).some(({ handler }) => handler.startsWith("users/")))
      ? 1
      : 0,
    anyPath: paths === "any" ? 1 : 0,
    opens:
      paths === "any"
        ? "1"
        : `(${paths
            .flatMap((path) => [path, path.replace("/proc/self/", "/proc/1/")])
            .filter((path, index, all) => all.indexOf(path) === index)
            .map((path) => `!__builtin_strcmp(path, ${JSON.stringify(path)})`)
            .join(" || ")})`,
  });
