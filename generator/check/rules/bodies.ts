/** Bodies: what is kept has one and it exists; what is not kept has none. */
import { archsOf } from "../parts.ts";
import { problemAt, type Rule } from "../rule.ts";

const bodies: Rule = function* ({ rows }, { bodies, archs }) {
  for (const row of rows) {
    const { call } = row;
    // A call of an architecture that has no kernel yet cannot have its body.
    const isBuilt = archsOf(call).some((arch) => archs.has(arch));
    const own = {
      of: call.name,
      path: ["handler"],
      handler: call.handler,
      supports: [call.support, call.otherwise],
    };
    const variants = Object.entries(call.variants ?? {}).map(([name, { handler, support }]) => ({
      of: `${call.name}: ${name}`,
      path: ["variants", name],
      handler,
      supports: [support],
    }));
    for (const { of, path, handler, supports } of [own, ...variants]) {
      const isKept = supports.some((support) => support?.kind === "full" || support?.kind === "partial");
      if (isKept && handler === undefined)
        yield problemAt(
          row,
          path,
          "body-missing",
          `${of} is kept, but names no body.`,
          'Add `handler: "folder/name"`.',
        );
      if (!isKept && handler !== undefined)
        yield problemAt(
          row,
          path,
          "body-superfluous",
          `${of} is not kept, so ${handler} is never called.`,
          "Remove `handler`.",
        );
      if (isKept && handler !== undefined && isBuilt && !bodies.has(handler)) {
        const [folder, name] = handler.split("/");
        yield problemAt(
          row,
          path,
          "body-unknown",
          `${of}: there is no function sys_${name} in shim-templates/${folder}/.`,
          "Write it, or name another.",
        );
      }
    }
  }
};
export default bodies;
