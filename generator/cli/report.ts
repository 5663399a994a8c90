/** `catkernel report`: will this program run, and what of Linux does it need? */
import { fail, type Outcome, succeed } from "../problem.ts";
import { type Inside, programInside } from "../report/program-inside.ts";
import type { Report } from "../report/report.ts";
import { reportProgram } from "../report/report-program.ts";
import { toHtml } from "../report/to-html.ts";
import { toText } from "../report/to-text.ts";
import { strictly } from "../report/verdict.ts";
import { progress } from "./progress.ts";
import type { Given, Verb } from "./verb.ts";
import { writeOutput } from "./write-output.ts";

const help = `Usage: catkernel report GOBINARY|IMAGE [options]

Says, before anything boots, whether a Go program will run: what it can ask of Linux, as its file tells, what the kernel
keeps of that, and what Go does about the rest. Nothing of the program is run. Of an image it reads the program in it.

  --format F         text, json (see generator/report/report.schema.json) or html, one page to look at (default: text)
  --run RECORD       beside it what a run really asked for; catkernel run --record FILE writes such records
  --sizes            make the whole kernel and the one cut to this program, and tell how large they are
  --all              text: all requests, not only those that something is to be said about
  --fail-on notes    end with 3, too, if the program runs with notes
  -o FILE            write it there instead of on standard output

The exit status is 0 if it runs, with notes or without; 3 if it runs only until something is refused; 4 if the file is
not a binary for this kernel.

Example:
  catkernel report ./esbuild`;

const formats = ["text", "json", "html"] as const;
type Format = (typeof formats)[number];

export const report: Verb = {
  name: "report",
  summary: "will this program run, and what of Linux does it need?",
  help,
  options: {
    format: { type: "string" },
    run: { type: "string" },
    sizes: { type: "boolean" },
    all: { type: "boolean" },
    "fail-on": { type: "string" },
    output: { type: "string", short: "o" },
  },
  words: [1, 1],
  run,
};

async function run(given: Given): Promise<Outcome<number>> {
  const format = (given.text("format") ?? "text") as Format;
  if (!formats.includes(format))
    return fail("no-such-format", `--format ${format} is not known`, `Known are: ${formats.join(", ")}.`);
  const failOn = given.text("fail-on");
  if (failOn !== undefined && failOn !== "notes")
    return fail("bad-fail-on", `--fail-on ${failOn} is not known`, "Known is: notes.");

  const inside = await programInside(given.positionals[0] ?? "");
  if (inside.problems) return inside;
  try {
    return await reportOn(inside.value, format, failOn !== undefined, given);
  } finally {
    await inside.value.dispose();
  }
}

async function reportOn(
  { path, shown }: Inside,
  format: Format,
  isStrict: boolean,
  given: Given,
): Promise<Outcome<number>> {
  const made = await reportProgram(path, given.text("run"), shown);
  if (made.problems) return made;
  const sizes = given.flag("sizes") ? await sizesOf(path, made.value) : succeed({});
  if (sizes.problems) return sizes;
  const verdict = isStrict ? strictly(made.value.verdict) : made.value.verdict;
  const result = { ...made.value, ...sizes.value, verdict };
  const write = {
    text: () => toText(result, given.flag("all")),
    json: () => `${JSON.stringify(result)}\n`,
    html: () => toHtml(result),
  };
  return await writeOutput(write[format](), given.text("output"), result.verdict.exitStatus);
}

/** Nothing is made for a file that is no program. Loaded only here: it takes the TypeScript compiler. */
async function sizesOf(file: string, { program }: Report): Promise<Outcome<Pick<Report, "kernel">>> {
  if (program === undefined) return succeed({});
  const { kernelSizes } = await import("../report/kernel-sizes.ts");
  const kernel = await kernelSizes(file, progress);
  return kernel.problems ? kernel : succeed({ kernel: kernel.value });
}
