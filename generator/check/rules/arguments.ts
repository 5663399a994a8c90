/** Arguments: at most six, lengths and selectors that name one, structs that exist, nothing left unwritten. */
import { constantOn } from "../../../runtime-abi/constants.ts";
import { layOut } from "../../../runtime-abi/layout.ts";
import { structs } from "../../../runtime-abi/structs.ts";
import { argsOn } from "../../read/table.ts";
import { archsOf, argumentsOf } from "../parts.ts";
import { problemAt, type Rule } from "../rule.ts";

const scalars = new Set(["u8", "i32", "u32", "i64", "u64"]);
const counts = new Set(["int", "uint", "long", "off", "size"]);
const layouts = { amd64: layOut(structs, "amd64"), riscv64: layOut(structs, "riscv64") };

const args: Rule = function* ({ rows }) {
  for (const row of rows) {
    const { call } = row;
    const names = Object.keys(argsOn(call, "amd64"));
    const list = names.length === 0 ? "It has none." : `Its arguments: ${names.join(", ")}.`;
    const others = Object.keys(argsOn(call, "riscv64"));
    if (names.length > 6)
      yield problemAt(
        row,
        ["args"],
        "arguments-many",
        `${call.name} has ${names.length} arguments, and there are 6 registers.`,
        "Remove what is no argument.",
      );
    if ([...names].sort().join() !== [...others].sort().join())
      yield problemAt(
        row,
        ["args"],
        "arguments-differ",
        `${call.name} has other arguments on riscv64 than on amd64.`,
        "Only their order may differ.",
      );

    for (const { name, value, path, arch } of argumentsOf(call)) {
      if ("len" in value) {
        const counter = argsOn(call, arch)[value.len];
        if (!counter)
          yield problemAt(
            row,
            path,
            "length-unknown",
            `${name}: there is no argument "${value.len}" to hold the length.`,
            list,
          );
        else if (!counts.has(counter.kind))
          yield problemAt(
            row,
            path,
            "length-kind",
            `${name}: "${value.len}" is no number (${counter.kind}).`,
            "Make it size, uint or int.",
          );
      }
      if ("to" in value && !scalars.has(value.to))
        for (const on of archsOf(call))
          if (!layouts[on].has(value.to))
            yield problemAt(
              row,
              path,
              "type-unknown",
              `${name}: there is no type "${value.to}" on ${on}.`,
              "Add it to runtime-abi/structs.ts, or correct its name.",
            );
      if (value.kind === "fd" && value.or !== undefined && constantOn(value.or, arch) === undefined)
        yield problemAt(
          row,
          path,
          "constant-unknown",
          `${name}: there is no constant ${value.or}.`,
          "Add it to runtime-abi/constants/, or correct its name.",
        );
      const isFixed = call.support?.kind === "constant" || call.support?.kind === "ignored";
      if (isFixed && (value.kind === "writes" || ("direction" in value && value.direction !== "in")))
        yield problemAt(
          row,
          path,
          "result-unwritten",
          `${name} is never written, for ${call.name} is ${call.support.kind}.`,
          "Write a body, or refuse the call.",
        );
    }
  }
};
export default args;
