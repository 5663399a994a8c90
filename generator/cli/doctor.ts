/** `catkernel doctor`: what is installed, what is missing, and the one command that mends it. */
import { installCommand, probe, tools } from "../../setup/tools.js";
import { type Outcome, succeed } from "../problem.ts";
import type { Given, Verb } from "./verb.ts";

const help = `Usage: catkernel doctor [--json]

Shows the programs that catkernel uses, which of them this machine has, and the one command that installs the rest.
The exit status is 1 if one is missing.

Example:
  catkernel doctor`;

export const doctor: Verb = {
  name: "doctor",
  summary: "what is installed, what is missing, the one command that mends it",
  help,
  options: { json: { type: "boolean" } },
  words: [0, 0],
  run,
};

async function run(given: Given): Promise<Outcome<number>> {
  const findings = tools.map((tool) => ({ tool, presence: probe(tool) }));
  const missing = findings.filter(({ presence }) => !presence.found).map(({ tool }) => tool);
  const status = missing.length > 0 ? 1 : 0;
  const command = missing.length > 0 ? installCommand(missing) : undefined;
  if (given.flag("json")) {
    const list = findings.map(({ tool, presence }) => ({ name: tool.name, for: tool.what, ...presence }));
    console.log(JSON.stringify({ tools: list, ...(command && { mend: command }) }));
    return succeed(status);
  }
  for (const { tool, presence } of findings) {
    const state = presence.found ? `ok       ${presence.version}` : `missing  ${presence.why}`;
    console.log(`${tool.name.padEnd(24)} ${state.padEnd(16)} ${tool.what}`);
  }
  console.log(command === undefined ? "Nothing is missing." : `\nThis command mends it:\n  ${command}`);
  return succeed(status);
}
