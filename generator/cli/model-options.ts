/** The options of `catkernel run` that only one of its two machines has: the model, or QEMU. */
import { fail, type Outcome, succeed } from "../problem.ts";
import type { ModelOptions } from "../run/run-model.ts";
import type { Given, Options } from "./verb.ts";

export const modelOptions: Options = {
  seed: { type: "string" },
  replay: { type: "string" },
  realtime: { type: "boolean" },
  count: { type: "boolean" },
  instructions: { type: "string" },
  save: { type: "string" },
  resume: { type: "string" },
};

/** What a machine that was saved has already, and what the record of a run decides. */
const fixed = {
  resume: {
    options: ["cpus", "memory", "root", "env", "cwd", "seed", "replay"],
    why: "a machine that was saved: it goes on as it was",
  },
  replay: {
    options: ["cpus", "memory", "env", "cwd", "seed"],
    why: "a run that is repeated: its record says how it was",
  },
} as const;

/** What `--on` says; without it the model. */
export function readOn(given: Given): Outcome<"model" | "qemu"> {
  const on = given.text("on") ?? "model";
  if (on === "model" || on === "qemu") return succeed(on);
  return fail("no-such-machine", `--on ${on} is not known`, "Known are: model, qemu.");
}

export const toStandardError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The first option that the other machine alone has. */
function misplaced(given: Given, on: "model" | "qemu"): Outcome<void> {
  const written = (name: string) => given.flag(name) || given.text(name) !== undefined;
  const onlyModel = Object.keys(modelOptions)
    .filter(written)
    .map((name) => `--${name}`);
  if (given.text("trace") === "instructions") onlyModel.push("--trace=instructions");
  if (on === "qemu" && onlyModel[0] !== undefined)
    return fail(
      "only-model",
      `${onlyModel[0]} is for the model: QEMU has nothing like it`,
      "Leave --on qemu out.",
    );
  for (const [option, { options, why }] of Object.entries(fixed)) {
    if (!written(option)) continue;
    const found = options.find((name) => written(name) || given.texts(name).length > 0);
    const what = found === undefined ? given.rest.length > 0 && "arguments for the program" : `--${found}`;
    if (what) return fail("is-fixed", `${what} cannot be given to ${why}`, "Leave it out.");
  }
  if (on === "model" && written("machine"))
    return fail(
      "only-qemu",
      "--machine chooses among QEMU's machines: the model has one for each architecture",
      "Leave it out, or add --on qemu.",
    );
  return succeed(undefined);
}

const countUnits: Record<string, number> = { "": 1, K: 1e3, M: 1e6, G: 1e9 };

/** Instructions as people write them: `250000`, `500M`, `2G`. */
export function parseCount(text: string): number | undefined {
  const match = /^(\d{1,12})([KMG]?)$/i.exec(text);
  return match === null ? undefined : Number(match[1]) * countUnits[(match[2] ?? "").toUpperCase()]!;
}

export function readModelOptions(given: Given, on: "model" | "qemu"): Outcome<ModelOptions> {
  const trace = given.text("trace") ?? "calls";
  if (trace !== "calls" && trace !== "instructions")
    return fail("bad-trace", `--trace=${trace} is not known`, "Known are: calls, instructions.");
  const fits = misplaced(given, on);
  if (fits.problems) return fits;
  const seed = given.text("seed");
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    return fail(
      "bad-seed",
      `--seed ${seed} is no number`,
      "Give it a whole number below a thousand million.",
    );
  const text = given.text("instructions");
  const instructions = text === undefined ? undefined : parseCount(text);
  if (text !== undefined && instructions === undefined)
    return fail("bad-count", `--instructions ${text} is no number`, "Write it like 250000, 500M or 2G.");
  return succeed({
    instructions,
    seed: seed === undefined ? undefined : Number(seed),
    realtime: given.flag("realtime"),
    onStopped: (line) => toStandardError(`catkernel: ${line}`),
  });
}
