/** The options that `pack` and `run` share: what the program is told. */
import type { ProgramOptions } from "../pack/boot-options.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import type { Given, Options } from "./verb.ts";

export const programOptions: Options = {
  root: { type: "string" },
  env: { type: "string", multiple: true },
  cwd: { type: "string" },
};

export function readProgramOptions(given: Given): Outcome<ProgramOptions> {
  const env = given.texts("env");
  const wrong = env.find((assignment) => !/^[^=\0]+=/.test(assignment));
  if (wrong !== undefined) return fail("bad-env", `--env ${wrong} is no NAME=value`);
  const cwd = given.text("cwd");
  if (cwd !== undefined && !cwd.startsWith("/"))
    return fail("bad-cwd", `--cwd ${cwd} is not an absolute path`);
  return succeed({ env, cwd, args: given.rest });
}
