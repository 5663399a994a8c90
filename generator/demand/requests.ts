/** From the program's code to its requests: every instruction that enters the kernel, with the number that it has there. */

import { MODE_USER } from "../../hw-models/isa/amd64/decode.ts";
import { general } from "../../hw-models/isa/amd64/decode-tables.ts";
import { amd64 } from "../../hw-models/isa/amd64/isa.ts";
import type { Decoded, Isa } from "../../hw-models/isa/isa.ts";
import { riscv64 } from "../../hw-models/isa/riscv64/isa.ts";
import { xOffset } from "../../hw-models/isa/riscv64/state.ts";
import type { Call } from "../../spec/vocabulary.ts";
import { argsOn } from "../read/table.ts";
import type { Demand, Request, Unresolved } from "./demand.ts";
import type { FunctionTable, GoFunction } from "./functions.ts";
import type { Image } from "./image.ts";

type Machine = {
  readonly isa: Isa;
  readonly mode: number;
  readonly enters: RegExp;
  readonly constant: RegExp;
  /** Where the number is, as an offset into the state. */
  readonly number: number;
};
const machines: Record<Image["arch"], Machine> = {
  amd64: {
    isa: amd64,
    mode: MODE_USER,
    enters: /^syscall$/,
    constant: /^mov r(32|64), imm$/,
    number: general(0),
  },
  riscv64: { isa: riscv64, mode: 0, enters: /^ecall$/, constant: /^addi /, number: xOffset(17) },
};
/** Kinds of arguments whose value can decide about support. */
const judged = new Set(["int", "uint", "flags", "flags64", "exactly", "signo", "clockid"]);

export function findRequests(
  image: Image,
  { functions }: FunctionTable,
  calls: ReadonlyMap<number, Call>,
): Omit<Demand, "program"> {
  const { isa, mode, enters, constant, number } = machines[image.arch];
  const kinds = isa.instructions.map(({ name, flow }) =>
    enters.test(name) ? "enters" : constant.test(name) ? "constant" : flow === "jump" ? "jump" : "other",
  );
  const decoded = {} as Decoded;
  let instructions = 0;
  let sites = 0;
  let textBytes = 0;
  const found = new Map<number, GoFunction[]>();
  const unresolved: Unresolved[] = [];
  for (const fn of functions) {
    const from = image.offsetOf(fn.start);
    const to = from + fn.end - fn.start;
    textBytes += fn.end - fn.start;
    let known: number | undefined;
    for (let at = from; at < to; at += decoded.length) {
      if (!isa.decode(image.view, at, to, mode, decoded)) break;
      instructions++;
      const kind = kinds[decoded.instruction];
      if (kind === "enters") {
        sites++;
        if (known !== undefined) found.set(known, [...(found.get(known) ?? []), fn]);
        else {
          const chains = [{ from: "data", functions: [fn.name] } as const];
          const why = "the number is no constant here";
          unresolved.push({ function: fn.name, address: fn.start + at - from, why, chains });
        }
        known = undefined;
      } else if (kind === "jump") known = undefined;
      else if (decoded.r0 === number && kind === "constant" && decoded.r1 === 0) known = decoded.immediate;
      else if (decoded.r0 === number) known = undefined;
    }
  }
  const requests = [...found].map(([nr, places]) => requestOf(image, calls.get(nr), nr, places));
  requests.sort((a, b) => (a.call < b.call ? -1 : 1));
  const counts = { functions: functions.length, reached: functions.length, instructions, sites, textBytes };
  return { requests, unresolved, paths: [], counts };
}

function requestOf({ arch }: Image, call: Call | undefined, number: number, places: GoFunction[]): Request {
  const names = [...new Set(places.map(({ name }) => name))].sort();
  const args = call === undefined ? [] : Object.entries(argsOn(call, arch));
  return {
    call: call?.name ?? `syscall ${number}`,
    number,
    ...(call?.select ? { select: { argument: call.select.on, value: "any" } } : {}),
    args: Object.fromEntries(
      args.filter(([, { kind }]) => judged.has(kind)).map(([name]) => [name, { kind: "any" }]),
    ),
    functions: names,
    chains: [{ from: "data", functions: [names[0]!] }],
  };
}
