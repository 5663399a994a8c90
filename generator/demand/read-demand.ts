/** From a Go program's file to its demand. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Call } from "../../spec/vocabulary.ts";
import { readElf } from "../elf/elf-file.ts";
import { fail, type Outcome, succeed } from "../problem.ts";
import { systemErrorReason } from "../system-error.ts";
import { readBuildInfo } from "./build-info.ts";
import type { Demand } from "./demand.ts";
import { readFunctions } from "./functions.ts";
import { Image } from "./image.ts";
import { findRequests } from "./requests.ts";

/** Programs are far smaller; what is larger is not read into memory. */
const largestBytes = 1 << 30;
const magicBytes = 4;

/** Reads the file only if it may be a program. `calls` are the rows of the table, by number. */
export function readDemandOfFile(path: string, calls: ReadonlyMap<number, Call>): Outcome<Demand> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return fail("unreadable", `cannot read ${path}: ${systemErrorReason(error)}`);
  }
  try {
    const start = Buffer.alloc(magicBytes);
    const startBytes = readSync(file, start, 0, magicBytes, 0);
    const { size } = fstatSync(file);
    // What does not begin as an ELF file is refused by its beginning.
    if (start.toString("latin1", 0, startBytes) !== "\x7fELF")
      return readDemand(start.subarray(0, startBytes), path, calls);
    if (size > largestBytes) {
      return fail(
        "too-large",
        `${path} has ${size} bytes; no Go program of more than ${largestBytes} is looked at`,
      );
    }
    const bytes = Buffer.alloc(size);
    let filled = 0;
    for (let got = -1; got !== 0 && filled < size; filled += got)
      got = readSync(file, bytes, filled, size - filled, filled);
    return readDemand(bytes.subarray(0, filled), path, calls);
  } catch (error) {
    return fail("unreadable", `cannot read ${path}: ${systemErrorReason(error)}`);
  } finally {
    closeSync(file);
  }
}

/** `name` is what the messages call the program. */
export function readDemand(bytes: Buffer, name: string, calls: ReadonlyMap<number, Call>): Outcome<Demand> {
  const elf = readElf(bytes, name);
  if (elf.problems) return elf;
  const image = new Image(bytes, elf.value.arch);
  const table = readFunctions(image, name);
  if (table.problems) return table;
  const program = readBuildInfo(image, name);
  if (program.problems) return program;
  // The runtime of cgo is there only where C code is.
  if (table.value.functions.some(({ name }) => name.startsWith("runtime/cgo."))) {
    const fix = "Build it with CGO_ENABLED=0 go build.";
    return fail("cgo", `${name} has C code in it (cgo), and nobody can tell what that asks for`, fix);
  }
  return succeed({ program: program.value, ...findRequests(image, table.value, calls) });
}
