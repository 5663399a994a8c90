/** Names: one row per call, a manual page, a known subsystem, at least one number. */
import { archsOf } from "../parts.ts";
import { problemAt, type Rule } from "../rule.ts";

const subsystems = ["fs", "poll", "mem", "thread", "signal", "time", "proc", "net", "arch"];

const names: Rule = function* ({ rows }) {
  const seen = new Set<string>();
  for (const row of rows) {
    const { name, man, subsystem } = row.call;
    if (seen.has(name))
      yield problemAt(row, [], "row-twice", `There is another row for ${name}.`, "Make one of the two.");
    seen.add(name);
    if (!/^[a-z_][a-z0-9_]*$/.test(name))
      yield problemAt(
        row,
        [],
        "name-shape",
        `"${name}" is no name of a call.`,
        "Write it as the Linux headers do, without __NR_.",
      );
    if (!/^[\w.]+\(\d[a-z]*\)$/.test(man))
      yield problemAt(row, ["man"], "man-shape", `"${man}" is no manual page.`, 'Write it like "futex(2)".');
    if (!subsystems.includes(subsystem))
      yield problemAt(
        row,
        ["subsystem"],
        "subsystem-unknown",
        `There is no subsystem "${subsystem}".`,
        `One of: ${subsystems.join(", ")}.`,
      );
    if (archsOf(row.call).length === 0)
      yield problemAt(
        row,
        ["nr"],
        "number-none",
        `${name} has no number on any architecture.`,
        "Add `nr: { amd64: ..., riscv64: ... }`.",
      );
  }
};
export default names;
