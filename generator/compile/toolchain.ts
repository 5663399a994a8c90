/** Finds clang and lld. One that is missing is a Problem that names the command which tells how to get it. */
import { type Presence, probe, toolNamed } from "../../setup/tools.js";
import type { Outcome, Problem } from "../problem.ts";
import { succeed } from "../problem.ts";

export type Toolchain = {
  clang: string;
  lld: string /** Another identity may compile to other bytes. */;
  identity: string;
};

export function findToolchain(): Outcome<Toolchain> {
  const clang = findTool("clang");
  const lld = findTool("ld.lld");
  const problems = [...(clang.problems ?? []), ...(lld.problems ?? [])];
  if (!clang.value || !lld.value) return { problems };
  const identity = `clang ${clang.value.version}, lld ${lld.value.version}`;
  return succeed({ clang: clang.value.path, lld: lld.value.path, identity });
}

/** One tool of setup/tools.js. */
export function findTool(name: string): Outcome<Extract<Presence, { found: true }>> {
  const tool = toolNamed(name);
  const presence = probe(tool);
  if (presence.found) return succeed(presence);
  const message = `${name}, which ${tool.what}, was not found: ${presence.why}`;
  const problem: Problem = {
    code: "missing-tool",
    message,
    fix: "npx catkernel doctor names the command that mends it.",
  };
  return { problems: [problem] };
}
