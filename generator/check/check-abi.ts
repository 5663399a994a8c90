/**
 * Checks runtime-abi/ against the witness: values of constants, sizes and offsets of structs.
 *
 * What headers of the kernel do not show (the C library defines it, or nothing but a manual does) has no
 * witness; such names are listed here, so that a misspelt one is not taken for one of them.
 */
import { archs } from "../../runtime-abi/arch.ts";
import { constantOn, constants } from "../../runtime-abi/constants.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import { layOut, type StructDefinition } from "../../runtime-abi/layout.ts";
import { structs } from "../../runtime-abi/structs.ts";
import type { Facts } from "../facts/facts.ts";
import type { Problem } from "../problem.ts";

/** Enumerators, casts, and names of C libraries. */
const withoutWitness =
  /^(SIG_(DFL|IGN)|O_ASYNC|DT_\w+|EFD_\w+|UTIME_\w+|ST_\w+|[FRWX]_OK|FP_XSTATE_MAGIC2_SIZE|MEMBARRIER_CMD_SHARED|__W\w+|SS_(ONSTACK|DISABLE)|ANON_INODE_FS_MAGIC|ERESTARTSYS|RISCV_V_MAGIC|END_(MAGIC|HDR_SIZE))$/;

/** Everything in runtime-abi/ that contradicts the headers. */
export function checkAbi(facts: Facts): Problem[] {
  const problems: Problem[] = [];
  const report = (file: string, code: string, message: string, fix: string) =>
    problems.push({ code, place: { file: `runtime-abi/${file}`, line: 0, column: 0 }, message, fix });
  const unsigned = (value: bigint) => BigInt.asUintN(64, value);

  for (const arch of archs) {
    const check = (file: string, name: string, ours: bigint | undefined) => {
      const linux = facts.constants[arch].get(name);
      if (ours === undefined || (linux === undefined && withoutWitness.test(name))) return;
      if (linux === undefined)
        report(file, "constant-unknown", `Linux has no constant ${name} on ${arch}.`, "Correct its name.");
      else if (unsigned(linux) !== unsigned(ours))
        report(file, "constant-wrong", `${name} is ${linux} on ${arch}, not ${ours}.`, `Write ${linux}.`);
    };
    for (const name of constants.keys()) check("constants/", name, constantOn(name, arch));
    for (const [name, { value }] of Object.entries(errnos)) check("errno.ts", name, BigInt(value));

    for (const layout of layOut(structs, arch).values()) {
      const definition: StructDefinition = structs[layout.name as keyof typeof structs];
      if (definition.witness === null) continue;
      const linux = facts.layouts[arch].get(definition.witness ?? layout.name);
      const file = "structs.ts";
      if (!linux) {
        report(
          file,
          "struct-unknown",
          `Linux has no struct ${layout.name} on ${arch}.`,
          "Name its witness, or null.",
        );
        continue;
      }
      if (linux.size !== layout.size)
        report(
          file,
          "size-wrong",
          `struct ${layout.name} has ${linux.size} bytes on ${arch}, not ${layout.size}.`,
          "Compare the fields with the header.",
        );
      for (const { name, offset } of layout.fields) {
        const field = linux.fields[name];
        if (field && field.offset !== offset)
          report(
            file,
            "offset-wrong",
            `${layout.name}.${name} is at ${field.offset} on ${arch}, not ${offset}.`,
            "Compare the fields with the header.",
          );
      }
    }
  }
  return problems;
}
