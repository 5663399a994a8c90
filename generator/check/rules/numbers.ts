/** Numbers: those of the Linux headers, for every architecture that has the call, and each only once. */
import { archs } from "../../../runtime-abi/arch.ts";
import { problemAt, type Rule } from "../rule.ts";

const numbers: Rule = function* ({ rows }, { facts }) {
  for (const arch of archs) {
    const witness = facts.numbers[arch];
    const newest = Math.max(...witness.values());
    const taken = new Map<number, string>();
    for (const row of rows) {
      const { name, nr } = row.call;
      const [ours, linux] = [nr[arch], witness.get(name)];
      const path = ["nr", arch];
      if (ours === undefined) {
        if (linux !== undefined)
          yield problemAt(
            row,
            ["nr"],
            "number-missing",
            `${name} exists on ${arch} too.`,
            `Add \`${arch}: ${linux}\`.`,
          );
        continue;
      }
      // A number above all that the witness knows belongs to a newer Linux: nothing can be said.
      if (linux === undefined && ours <= newest)
        yield problemAt(
          row,
          path,
          "call-unknown",
          `Linux has no call named ${name} on ${arch}.`,
          "Correct the name, or remove the number.",
        );
      if (linux !== undefined && linux !== ours)
        yield problemAt(
          row,
          path,
          "number-wrong",
          `${name} has number ${linux} on ${arch}, not ${ours}.`,
          `Write \`${arch}: ${linux}\`.`,
        );
      const other = taken.get(ours);
      if (other !== undefined && other !== name)
        yield problemAt(
          row,
          path,
          "number-twice",
          `${other} has number ${ours} on ${arch} already.`,
          "One of the two is wrong.",
        );
      taken.set(ours, name);
    }
  }
};
export default numbers;
